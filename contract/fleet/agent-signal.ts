/**
 * What an agent and its hub say to each other on the WebSocket `/ws/agents`, which the agent opens with its key as a bearer
 * token. Reports go over HTTP (`agentResult`): they are larger than any message here.
 */
import { z } from 'zod';
import { idSchema } from '../basics.ts';
import { envelopeSchema } from '../envelope.ts';
import { failureSchema } from '../failure-schema.ts';
import { labAgentNewsSchema } from '../lab-agent.ts';
import { probeStepSchema } from '../probe-step.ts';
import { probeTestSchema } from '../probe-tests.ts';
import { agentReachSchema, jobKindSchema, jobKinds } from './agent.ts';
import { pairPathSchema } from './job.ts';
import { clockSkewSchema, regionSchema } from './vantage.ts';

export const agentProtocol = 1;

/** One try of one job. What is said of an earlier try counts no more. */
export const jobTrySchema = z.object({ job: idSchema, try: z.int().min(1) });
export type JobTry = z.infer<typeof jobTrySchema>;

const attempt = jobTrySchema.shape;
const epochMs = z.number().min(0).max(1e14);
const uri = z.string().max(300);

/** A URI with what is needed to log in there; made for this job and good for minutes where the server allows it. */
export const jobTargetSchema = z.object({
  uri,
  username: z.string().max(500).optional(),
  credential: z.string().max(500).optional(),
});
export type JobTarget = z.infer<typeof jobTargetSchema>;

export const jobWorkSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('probe'),
    targets: z.array(jobTargetSchema).min(1).max(100),
    tests: z.array(probeTestSchema).max(10),
    lifetimeSec: z.int().min(15).max(300).nullable(),
    /** Also tell when the certificates of TLS targets end. */
    certificates: z.boolean(),
  }),
  z.object({ kind: z.literal('turn-check'), targets: z.array(jobTargetSchema).min(1).max(10) }),
  z.object({
    kind: z.literal('pair'),
    /** This end makes the offer, times the attempt and reports. */
    offers: z.boolean(),
    path: pairPathSchema,
    /** Name of the other end. */
    other: z.string().max(100),
    otherRegion: regionSchema,
    targets: z.array(jobTargetSchema).max(100),
  }),
  z.object({ kind: z.literal('lab'), scenario: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/) }),
]);
export type JobWork = z.infer<typeof jobWorkSchema>;

const state = {
  /** Jobs that it does at the same time. */
  slots: z.int().min(1).max(64),
  /** It ends what it has and takes nothing new. */
  draining: z.boolean(),
  /** What it has: the hub keeps these from being given to others. */
  running: z.array(jobTrySchema).max(64),
} as const;

export const agentMessageSchema = z.discriminatedUnion('type', [
  /** First. */
  z.object({
    type: z.literal('hello'),
    protocol: z.literal(agentProtocol),
    version: z.string().max(64),
    platform: z.string().max(100),
    kinds: z.array(jobKindSchema).max(jobKinds.length),
    reach: agentReachSchema,
    ...state,
  }),
  /** Every `statusMs`, and at every change. `sentAt`: its clock, for the answer `time`. */
  z.object({ type: z.literal('status'), clock: clockSkewSchema.nullable(), sentAt: epochMs, ...state }),
  z.object({ type: z.literal('progress'), ...attempt, step: probeStepSchema }),
  /** Not taken: no free slot, or it drains. The try does not count. */
  z.object({ type: z.literal('refused'), ...attempt }),
  /** pair: for the other end, and for the hub. */
  z.object({ type: z.literal('pair'), ...attempt, news: labAgentNewsSchema }),
  /** The new key is on its disk; the old one may end. */
  z.object({ type: z.literal('key-kept') }),
]);
export type AgentMessage = z.infer<typeof agentMessageSchema>;

/** What the other end of a pair has to do; see contract/lab-agent.ts. */
export const pairOrderSchema = z.discriminatedUnion('order', [
  z.object({
    order: z.literal('description'),
    type: z.enum(['offer', 'answer']),
    sdp: z.string().max(100_000),
  }),
  z.object({
    order: z.literal('candidate'),
    candidate: z.string().max(1000),
    mid: z.string().max(100),
  }),
  /** It has found no way and waits only for this end to find it. */
  z.object({ order: z.literal('gave-up') }),
]);
export type PairOrder = z.infer<typeof pairOrderSchema>;

export const hubMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    agent: idSchema,
    name: z.string().max(100),
    region: regionSchema,
    /** Whom no agent of this hub talks to. */
    deny: agentReachSchema.shape.deny,
    statusMs: z.int().min(1000).max(60_000),
  }),
  /** RFC 5905 §8: T1 as it was sent, T2 and T3 by the hub’s clock. */
  z.object({ type: z.literal('time'), sentAt: epochMs, receivedAt: epochMs, answeredAt: epochMs }),
  z.object({
    type: z.literal('job'),
    ...attempt,
    /** It must have ended after this. */
    timeoutMs: z.int().min(1000).max(3_600_000),
    work: jobWorkSchema,
  }),
  z.object({ type: z.literal('cancel'), ...attempt, reason: z.string().max(300) }),
  z.object({ type: z.literal('pair'), ...attempt, said: pairOrderSchema }),
  z.object({ type: z.literal('key'), key: z.string().min(16).max(200) }),
]);
export type HubMessage = z.infer<typeof hubMessageSchema>;

/** What a try came to. */
export const jobOutcomeSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    reports: z.array(envelopeSchema).max(10),
    /** When the certificate behind a TLS URI ends, seconds since 1970. */
    certificates: z.array(z.object({ uri, endsAtSec: z.number().min(0).max(1e11) })).max(100),
  }),
  z.object({
    ok: z.literal(false),
    failure: failureSchema,
    /** Another agent, or another try, may have more luck. */
    again: z.boolean(),
  }),
]);
export type JobOutcome = z.infer<typeof jobOutcomeSchema>;

export const agentResultSchema = z.strictObject({ ...attempt, outcome: jobOutcomeSchema });
export type AgentResult = z.infer<typeof agentResultSchema>;

/** `kept: false`: the try is over for the hub – cancelled, given to another, or told before. Either way the agent forgets it. */
export const agentResultReplySchema = z.object({ kept: z.boolean() });
