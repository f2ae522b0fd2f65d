/**
 * WebSocket messages. Two sockets: `/ws/echo` signals one WebRTC session between a browser and the service’s
 * echo peer; `/ws/live` tells the dashboard what is new. Every message has a `type`; hello carries the version.
 */
import { z } from 'zod';
import { idSchema } from './basics.ts';
import { jobViewSchema } from './fleet/job.ts';
import { visitStepSchema } from './links.ts';
import { probeStepSchema } from './probe-step.ts';
import { runSummarySchema } from './runs.ts';
import { turnCheckStateSchema } from './turn-checks.ts';

export const signalVersion = 1;
/** An SDP larger than this is refused. */
export const maxSdpLength = 60_000;

/** `RTCIceCandidateInit` (W3C WebRTC §4.8.1). */
export const candidateInitSchema = z.object({
  candidate: z.string().max(2000),
  sdpMid: z.string().max(64).nullable(),
  sdpMLineIndex: z.int().min(0).max(64).nullable().optional(),
  usernameFragment: z.string().max(256).nullable().optional(),
});

/**
 * Names one of several peers on the same socket; absent: the only one. Browsers open WebSockets to one host one after
 * the other (RFC 6455 §4.1), so a socket for each of twelve connections would cost dozens of round trips.
 */
const peer = z
  .string()
  .regex(/^[a-z0-9-]{1,32}$/)
  .optional();

/** Browser → service on `/ws/echo`. One offer per peer. */
export const echoClientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.literal(signalVersion) }),
  z.object({
    type: z.literal('offer'),
    peer,
    sdp: z.string().max(maxSdpLength),
    /** The client uses relay candidates only; the echo peer then helps browsers over their quirks with TURN. */
    relayOnly: z.boolean().optional(),
  }),
  z.object({ type: z.literal('candidate'), peer, candidate: candidateInitSchema }),
  /** Ends the named peer; without a name, the session. */
  z.object({ type: z.literal('bye'), peer }),
]);
export type EchoClientMessage = z.infer<typeof echoClientMessageSchema>;

/** Service → browser on `/ws/echo`. */
export const echoServerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.literal(signalVersion), session: idSchema }),
  z.object({ type: z.literal('answer'), peer, sdp: z.string().max(maxSdpLength) }),
  z.object({ type: z.literal('candidate'), peer, candidate: candidateInitSchema }),
  /** State of the service’s own end, for the evidence. */
  z.object({ type: z.literal('peer-state'), peer, state: z.string().max(32) }),
  /** With a name only that peer has ended; without, the session. */
  z.object({ type: z.literal('error'), peer, code: z.string().max(64), message: z.string().max(500) }),
]);
export type EchoServerMessage = z.infer<typeof echoServerMessageSchema>;

export * from './probe-step.ts';

/** Service → dashboard on `/ws/live`. */
export const liveMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.literal(signalVersion) }),
  z.object({ type: z.literal('run-added'), run: runSummarySchema }),
  z.object({ type: z.literal('servers-changed') }),
  z.object({ type: z.literal('links-changed') }),
  /** A key was made, or somebody may no more what he might before. */
  z.object({ type: z.literal('access-changed') }),
  /** It went away, or is back: `info` says which. */
  z.object({ type: z.literal('store-changed') }),
  /** How far a visitor’s check has come. */
  z.object({ type: z.literal('visit-progress'), link: idSchema, visit: idSchema, step: visitStepSchema }),
  /** Its report is stored. */
  z.object({ type: z.literal('visit-ended'), visit: idSchema, run: idSchema }),
  z.object({ type: z.literal('probe-progress'), probe: idSchema, step: probeStepSchema }),
  z.object({
    type: z.literal('probe-ended'),
    probe: idSchema,
    /** Run id of the stored report; null when it failed. */
    run: idSchema.nullable(),
    error: z.string().max(500).nullable(),
  }),
  /** Progress of a check, some times a second, and its end. */
  z.object({ type: z.literal('turn-check'), check: turnCheckStateSchema }),
  /** An agent came, went or changed. */
  z.object({ type: z.literal('agents-changed') }),
  /** A job was made, has got on or has ended. */
  z.object({ type: z.literal('job'), job: jobViewSchema }),
  /** A monitor was changed, or has a new result. */
  z.object({ type: z.literal('monitor-changed'), monitor: idSchema }),
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;
