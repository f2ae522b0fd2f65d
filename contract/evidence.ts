/** The atom of evidence: one request, all its transmissions, and what came back. */
import { z } from 'zod';
import { endpointSchema, idSchema, msSchema, transportSchema } from './basics.ts';

export const gatewayProtocols = ['pcp', 'nat-pmp', 'upnp-igd'] as const;
export type GatewayProtocol = (typeof gatewayProtocols)[number];

/** What the nearest router said of itself. Announcements only: no mapping is ever asked for. */
export const gatewayAnswerSchema = z.object({
  protocol: z.enum(gatewayProtocols),
  /** PCP 2, NAT-PMP 0, for UPnP the version of InternetGatewayDevice; null: not told. */
  version: z.int().min(0).max(255).nullable(),
  /** RFC 6887 §7.4, RFC 6886 §3.5, or UPnP’s error code; 0 is success, null: none was given. */
  resultCode: z.int().min(0).max(65535).nullable(),
  /** The router’s own outer address as it says; null: not told. */
  externalAddress: z.string().max(100).nullable(),
  /** UPnP ConnectionStatus; null: not told. */
  connected: z.boolean().nullable(),
  /** What the device calls itself; never trusted. */
  device: z.string().max(100).nullable(),
});
export type GatewayAnswer = z.infer<typeof gatewayAnswerSchema>;

/** One line of a traceroute. */
export const hopSchema = z.object({
  /** Time to live of the packet that this hop answered. */
  ttl: z.int().min(1).max(255),
  /** null: no answer. */
  address: z.string().max(100).nullable(),
  rttMs: msSchema.nullable(),
});
export type Hop = z.infer<typeof hopSchema>;

/** What the server’s witness says of one transmission. */
export const witnessedSchema = z.object({
  /**
   * lost: it never arrived · unanswered: it arrived, and no answer left · answered: an answer left the server ·
   * unknown: it arrived, and who had to answer was not watched · pending: the witness was asked too early to tell.
   */
  fate: z.enum(['lost', 'unanswered', 'answered', 'unknown', 'pending']),
  /** How the server saw the sender; null: it did not. */
  seenAs: endpointSchema.nullable(),
  /** Where the answer left from. */
  answeredFrom: endpointSchema.nullable(),
});
export type Witnessed = z.infer<typeof witnessedSchema>;

export const evidenceSchema = z.object({
  id: idSchema,
  /** What it was for, e.g. `map-1/AP`, `filter/change-both`, `relay/allocate`. */
  purpose: z.string().max(100),
  transport: transportSchema,
  /** Local socket that it left from. */
  local: endpointSchema.nullable(),
  to: endpointSchema,
  /** Send times since the start of the run, one per transmission. */
  sentMs: z.array(msSchema).max(64),
  /** Transaction ids in hexadecimal, one per transmission: what a packet capture or a server’s log knows them by. */
  sentIds: z
    .array(z.string().regex(/^[0-9a-f]{24}$/))
    .max(64)
    .optional(),
  /** answered: success response · refused: error response · silent: nothing · failed: the link broke. */
  outcome: z.enum(['answered', 'refused', 'silent', 'failed', 'pending']),
  /** Where the answer came from, and when. */
  from: endpointSchema.nullable(),
  receivedMs: msSchema.nullable(),
  /** From the transmission that it can be matched to; null when several were under way. */
  rttMs: msSchema.nullable(),
  /** XOR-MAPPED-ADDRESS of the answer. */
  xorMapped: endpointSchema.nullable(),
  /** MAPPED-ADDRESS of the answer; differs from xorMapped when an ALG rewrites packets. */
  mapped: endpointSchema.nullable(),
  responseOrigin: endpointSchema.nullable(),
  otherAddress: endpointSchema.nullable(),
  relayed: endpointSchema.nullable(),
  errorCode: z.int().min(300).max(699).nullable(),
  /** Proxy and captive portal: what the HTTP request came back with. */
  http: z.object({ status: z.int().min(100).max(999), location: z.string().max(300).nullable() }).optional(),
  /** Path MTU: UDP payload of the request and of its answer, in bytes. */
  sentBytes: z.int().min(0).max(65_535).optional(),
  receivedBytes: z.int().min(0).max(65_535).optional(),
  /** Path MTU: the largest packet towards `to` that this host's kernel would send whole, before and after the test; null: not known. */
  routeMtu: z.object({ before: z.int().min(0).nullable(), after: z.int().min(0).nullable() }).optional(),
  /** TCP filtering: how the server's own attempt to connect to this host ended, in its own words; `unsupported`: it made none. */
  connectBack: z.enum(['connected', 'refused', 'unanswered', 'not-possible', 'unsupported']).optional(),
  /** Anything odd: wrong source, duplicate, malformed, link error. */
  notes: z.array(z.string().max(300)).max(20),
  /**
   * Only in tests of a browser tab, which answers questions instead of asking them: the ICE check that the service
   * itself sent, from where and to which public endpoint of the tab. `to` is the endpoint that the tab sent to before.
   */
  iceCheck: z.object({ from: endpointSchema, to: endpointSchema }).optional(),
  /** Only in questions to the nearest router (`gateway/…`). */
  gateway: gatewayAnswerSchema.optional(),
  /** Only in traces (`gateway/trace-…`). */
  hops: z.array(hopSchema).max(64).optional(),
  /** One entry per transmission, in the order of `sentMs`; absent where no witness watched the endpoint asked. */
  witnessed: z.array(witnessedSchema).max(64).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;
