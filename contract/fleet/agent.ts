/** Agents: programs that measure from other places for a service, the hub. They connect to it; it never connects to them. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from '../basics.ts';
import { clockSkewSchema, regionSchema } from './vantage.ts';

/** What an agent can be asked for. */
export const jobKinds = ['probe', 'turn-check', 'pair', 'lab'] as const;
export const jobKindSchema = z.enum(jobKinds);
export type JobKind = z.infer<typeof jobKindSchema>;

export const agentNameSchema = z.string().trim().min(1).max(100);
export const agentLabelsSchema = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,39}$/), z.string().max(100))
  .refine((labels) => Object.keys(labels).length <= 20, { error: 'at most 20 labels' });

const cidr = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** Whom an agent talks to, besides what its hub forbids. */
export const agentReachSchema = z.object({
  /** Empty: whatever is not denied. */
  allow: z.array(cidr).max(200),
  deny: z.array(cidr).max(200),
});
export type AgentReach = z.infer<typeof agentReachSchema>;

/** An invitation: lets one agent enrol, once. */
export const agentTokenInputSchema = z.strictObject({
  /** For the operator’s own lists. */
  label: z.string().trim().min(1).max(100),
  /** The agent’s region; null: the agent says it itself. */
  region: regionSchema.nullable().default(null),
  lifetimeHours: z
    .int()
    .min(1)
    .max(30 * 24)
    .default(24),
});
export type AgentTokenInput = z.infer<typeof agentTokenInputSchema>;

export const agentTokenStates = ['open', 'used', 'expired'] as const;

/** Without the token: only its hash is kept. */
export const agentTokenViewSchema = z.object({
  id: idSchema,
  label: z.string().max(100),
  region: regionSchema.nullable(),
  state: z.enum(agentTokenStates),
  createdAt: isoTimeSchema,
  expiresAt: isoTimeSchema,
  /** Agent that it was used by. */
  agent: idSchema.nullable(),
});
export type AgentTokenView = z.infer<typeof agentTokenViewSchema>;

export const newAgentTokenSchema = z.object({
  invitation: agentTokenViewSchema,
  /** Told this once. */
  token: z.string().max(200),
});
export type NewAgentToken = z.infer<typeof newAgentTokenSchema>;

export const enrolRequestSchema = z.strictObject({
  token: z.string().min(1).max(200),
  name: agentNameSchema,
  /** Null: the token’s, else `default`. A token with a region wins. */
  region: regionSchema.nullable().default(null),
  labels: agentLabelsSchema.default({}),
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const enrolmentSchema = z.object({
  agent: idSchema,
  region: regionSchema,
  /** What the agent proves itself with from now on. Told this once; the hub keeps its hash. */
  key: z.string().min(16).max(200),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

/** draining: connected, takes no further jobs. revoked: its key is worth nothing any more. */
export const agentStates = ['online', 'draining', 'offline', 'revoked'] as const;

/** What an operator sees. */
export const agentViewSchema = z.object({
  id: idSchema,
  name: z.string().max(100),
  region: regionSchema,
  labels: agentLabelsSchema,
  state: z.enum(agentStates),
  enrolledAt: isoTimeSchema,
  /** Null: never connected. */
  lastSeenAt: isoTimeSchema.nullable(),
  /** The following as of its last connection; null: never connected. */
  version: z.string().max(64).nullable(),
  platform: z.string().max(100).nullable(),
  /** Cut to its /24 or /48. */
  network: z.string().max(50).nullable(),
  kinds: z.array(jobKindSchema).max(jobKinds.length),
  reach: agentReachSchema.nullable(),
  clock: clockSkewSchema.nullable(),
  /** Jobs at the same time; 0 while it is not connected. */
  slots: z.int().min(0).max(64),
  running: z.int().min(0),
});
export type AgentView = z.infer<typeof agentViewSchema>;
