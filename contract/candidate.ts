/** ICE candidates and candidate pairs, with the W3C's field names. */
import { z } from 'zod';
import { msSchema } from './basics.ts';

export const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const;
export const candidateTypeSchema = z.enum(candidateTypes);
export type CandidateType = z.infer<typeof candidateTypeSchema>;

export const candidateSchema = z.object({
  type: candidateTypeSchema,
  protocol: z.enum(['udp', 'tcp']),
  /** IP literal or an mDNS name (`….local`); null where the browser hides it. */
  address: z.string().max(255).nullable(),
  port: z.int().min(0).max(65535).nullable(),
  relatedAddress: z.string().max(255).nullable(),
  relatedPort: z.int().min(0).max(65535).nullable(),
  priority: z.number().int().min(0).max(4294967295).nullable(),
  foundation: z.string().max(64).nullable(),
  /** The server that it came from; null for host candidates. */
  url: z.string().max(300).nullable(),
  /** Relay only: how the client talks to the TURN server. */
  relayProtocol: z.enum(['udp', 'tcp', 'tls']).nullable(),
  /** `active`, `passive`, `so` for ICE-TCP. */
  tcpType: z.string().max(16).nullable().optional(),
  /** Since the start of the run. */
  gatheredMs: msSchema,
});
export type Candidate = z.infer<typeof candidateSchema>;

export const candidateErrorSchema = z.object({
  url: z.string().max(300),
  /** As the browser reports it: 300–699 from the server, 701 no answer. */
  errorCode: z.int().min(0).max(999),
  errorText: z.string().max(300),
  /** Local address that the attempt was made from, where the browser says it. */
  address: z.string().max(255).nullable(),
  port: z.int().min(0).max(65535).nullable(),
  atMs: msSchema,
  /** The cause in our words. */
  cause: z.string().max(500),
  /** A note, not a failure: the same server worked from another address or family. */
  harmless: z.boolean(),
});
export type CandidateError = z.infer<typeof candidateErrorSchema>;

/** One end of a pair, reduced to what a reader needs. */
const pairEndSchema = z.object({
  type: candidateTypeSchema,
  protocol: z.enum(['udp', 'tcp']),
  address: z.string().max(255).nullable(),
  port: z.int().min(0).max(65535).nullable(),
  relayProtocol: z.enum(['udp', 'tcp', 'tls']).nullable(),
  url: z.string().max(300).nullable(),
});

export const candidatePairSchema = z.object({
  id: z.string().max(100),
  local: pairEndSchema,
  remote: pairEndSchema,
  /** RFC 8445 §6.1.2.6. */
  state: z.enum(['frozen', 'waiting', 'in-progress', 'failed', 'succeeded', 'cancelled']),
  nominated: z.boolean(),
  selected: z.boolean(),
  rttMs: msSchema.nullable(),
  requestsSent: z.int().min(0).nullable(),
  responsesReceived: z.int().min(0).nullable(),
  bytesSent: z.number().min(0).nullable(),
  bytesReceived: z.number().min(0).nullable(),
});
export type CandidatePair = z.infer<typeof candidatePairSchema>;
