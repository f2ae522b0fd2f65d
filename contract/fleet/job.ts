/** Jobs: what an operator or a monitor wants of an agent, and what became of it. */
import { z } from 'zod';
import { idSchema, isoTimeSchema } from '../basics.ts';
import { failureSchema } from '../failure-schema.ts';
import { probeStepSchema } from '../probe-step.ts';
import { probeTestSchema } from '../probe-tests.ts';
import { jobKindSchema } from './agent.ts';
import { regionSchema } from './vantage.ts';

/** Any agent of the region, or this one. */
export const jobPlaceSchema = z.union([
  z.strictObject({ agent: idSchema }),
  z.strictObject({ region: regionSchema }),
]);
export type JobPlace = z.infer<typeof jobPlaceSchema>;

/** How two agents are to connect: directly, or relayed by a TURN server. */
export const pairPathSchema = z.enum(['mesh', 'relay']);
export type PairPath = z.infer<typeof pairPathSchema>;

export const jobRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('probe'),
    at: jobPlaceSchema,
    /** Server ids; absent: all enabled ones. */
    servers: z.array(idSchema).min(1).max(50).optional(),
    tests: z.array(probeTestSchema).max(10).optional(),
    lifetimeSec: z.int().min(15).max(300).optional(),
  }),
  /** Every TURN URL of the server, harmless checks only. */
  z.strictObject({ kind: z.literal('turn-check'), at: jobPlaceSchema, server: idSchema }),
  /** `at` makes the offer. */
  z.strictObject({
    kind: z.literal('pair'),
    at: jobPlaceSchema,
    with: jobPlaceSchema,
    path: pairPathSchema,
    /** STUN and TURN server of both; absent: all enabled ones. */
    servers: z.array(idSchema).min(1).max(50).optional(),
  }),
  /** A scenario of the agent’s own catalogue, where the agent was started for it as root. */
  z.strictObject({
    kind: z.literal('lab'),
    at: jobPlaceSchema,
    scenario: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  }),
]);
export type JobRequest = z.infer<typeof jobRequestSchema>;

/**
 * queued: no agent has it · running · done: reports are stored · failed: the agent said why there is none ·
 * aside: tried as often as it may be and never ended, `reason` says how · cancelled.
 */
export const jobStates = ['queued', 'running', 'done', 'failed', 'aside', 'cancelled'] as const;
export const jobStateSchema = z.enum(jobStates);

export const jobViewSchema = z.object({
  id: idSchema,
  kind: jobKindSchema,
  at: jobPlaceSchema,
  /** pair: where the other end is. */
  with: jobPlaceSchema.nullable(),
  /** The monitor that wants it; null: an operator. */
  monitor: idSchema.nullable(),
  state: jobStateSchema,
  createdAt: isoTimeSchema,
  endedAt: isoTimeSchema.nullable(),
  /** 0: not taken yet. */
  try: z.int().min(0),
  maxTries: z.int().min(1),
  /** Agent of the present or last try. */
  agent: idSchema.nullable(),
  /** Newest step while it runs. */
  progress: probeStepSchema.nullable(),
  /** Stored reports. */
  runs: z.array(idSchema).max(50),
  failure: failureSchema.nullable(),
  reason: z.string().max(500).nullable(),
});
export type JobView = z.infer<typeof jobViewSchema>;

export const jobQuerySchema = z.strictObject({
  state: jobStateSchema.optional(),
  agent: idSchema.optional(),
  monitor: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type JobQuery = z.infer<typeof jobQuerySchema>;
