/**
 * WebSocket messages. Two sockets: `/ws/echo` signals one WebRTC session between a browser and the service’s
 * echo peer; `/ws/live` tells the dashboard what is new. Every message has a `type`; hello carries the version.
 */
import { z } from 'zod';
import { idSchema } from './basics.ts';
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

/** Browser → service on `/ws/echo`. One offer per socket. */
export const echoClientMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.literal(signalVersion) }),
  z.object({
    type: z.literal('offer'),
    sdp: z.string().max(maxSdpLength),
    /** The client uses relay candidates only; the echo peer then helps browsers over their quirks with TURN. */
    relayOnly: z.boolean().optional(),
  }),
  z.object({ type: z.literal('candidate'), candidate: candidateInitSchema }),
  z.object({ type: z.literal('bye') }),
]);
export type EchoClientMessage = z.infer<typeof echoClientMessageSchema>;

/** Service → browser on `/ws/echo`. */
export const echoServerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.literal(signalVersion), session: idSchema }),
  z.object({ type: z.literal('answer'), sdp: z.string().max(maxSdpLength) }),
  z.object({ type: z.literal('candidate'), candidate: candidateInitSchema }),
  /** State of the service’s own end, for the evidence. */
  z.object({ type: z.literal('peer-state'), state: z.string().max(32) }),
  z.object({ type: z.literal('error'), code: z.string().max(64), message: z.string().max(500) }),
]);
export type EchoServerMessage = z.infer<typeof echoServerMessageSchema>;

export const probeStepSchema = z.object({
  /** resolve, nat, relay, done … */
  step: z.string().max(64),
  message: z.string().max(300),
  atMs: z.number().min(0),
});
export type ProbeStep = z.infer<typeof probeStepSchema>;

/** Service → dashboard on `/ws/live`. */
export const liveMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), version: z.literal(signalVersion) }),
  z.object({ type: z.literal('run-added'), run: runSummarySchema }),
  z.object({ type: z.literal('servers-changed') }),
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
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;
