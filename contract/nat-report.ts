/** What `polynya probe` found out. Field names are stable: scripts rely on them. */
import { z } from 'zod';
import { headlineSchema, idSchema, msSchema, transportSchema } from './basics.ts';
import { candidateSchema } from './candidate.ts';
import { evidenceSchema } from './evidence.ts';
import { failureSchema } from './failure-schema.ts';
import { networkFactsSchema } from './network-facts.ts';

/** RFC 4787 §4.1 and §5 in the field's words; `port-dependent` is the fourth corner (RFC 5780 erratum 7971). */
export const behaviours = [
  'endpoint-independent',
  'address-dependent',
  'port-dependent',
  'address-and-port-dependent',
  'inconclusive',
] as const;
export const behaviourSchema = z.enum(behaviours);
export type Behaviour = z.infer<typeof behaviourSchema>;

export const legacyNames = [
  'open-internet',
  'symmetric-udp-firewall',
  'full-cone',
  'restricted-cone',
  'port-restricted-cone',
  'symmetric',
  'udp-blocked',
  'inconclusive',
] as const;
/** RFC 3489 §5 names, as labels only. */
export const legacyNameSchema = z.enum(legacyNames);
export type LegacyName = z.infer<typeof legacyNameSchema>;

export const natSummarySchema = z.object({
  mapping: behaviourSchema,
  filtering: behaviourSchema,
  /** null: could not be found out. */
  behindNat: z.boolean().nullable(),
  udp: z.enum(['open', 'blocked', 'inconclusive']),
  legacy: legacyNameSchema,
  hairpin: z.enum(['yes', 'no', 'unknown']),
  portAllocation: z.enum(['preserving', 'sequential', 'random', 'parity-preserving', 'unknown']),
  ipPooling: z.enum(['paired', 'arbitrary', 'unknown']),
  bindingLifetimeSec: z.number().min(0).nullable(),
  /** `IP:PORT` as servers saw this host. */
  publicEndpoints: z.array(z.string().max(100)).max(64),
  /** 0 none, 1 one NAT, ≥ 2 carrier-grade or double NAT. */
  natLevels: z.int().min(0).max(8).nullable(),
});
export type NatSummary = z.infer<typeof natSummarySchema>;

export const verdictSchema = z.object({
  /** A key of the flat summary, or another finding’s stable id. */
  name: z.string().max(64),
  value: z.union([z.string().max(200), z.number(), z.boolean(), z.array(z.string().max(200)), z.null()]),
  /** 0–1. */
  confidence: z.number().min(0).max(1),
  reason: z.string().max(500),
  evidence: z.array(idSchema).max(200),
  /** Where the value is `inconclusive`: the values that remain possible. */
  possible: z.array(z.string().max(64)).max(8).optional(),
  /** The value is a lower bound: the measurement ended before the limit was met. */
  atLeast: z.literal(true).optional(),
  /** Stable id of the sentence that says it, e.g. `hairpin.no`; docs/findings.md lists them. */
  finding: z
    .string()
    .regex(/^[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/)
    .optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const serverResultSchema = z.object({
  url: z.string().max(300),
  transport: transportSchema,
  /** Numeric address that was used; null before resolution. */
  address: z.string().max(100).nullable(),
  status: z.enum(['ok', 'failed', 'skipped']),
  /** Smallest round trip seen: the path’s own, least disturbed by queues and busy hosts. Null: none came back. */
  rttMs: msSchema.nullable(),
  /** From the first packet (or TCP SYN) to the candidate. */
  setupMs: msSchema.nullable(),
  /** What the server calls itself (SOFTWARE); never trusted. */
  software: z.string().max(763).nullable(),
  /** Does it answer RFC 5780 tests? null: not asked. */
  rfc5780: z.boolean().nullable(),
  failure: failureSchema.optional(),
  evidence: z.array(idSchema).max(50),
});
export type ServerResult = z.infer<typeof serverResultSchema>;

/** Can this host connect directly to a peer behind that kind of NAT? */
export const reachSchema = z.object({
  peer: z.string().max(64),
  peerLabel: z.string().max(100),
  outcome: z.enum(['direct', 'relay', 'depends', 'fail', 'unknown']),
  reason: z.string().max(300),
});
export type Reach = z.infer<typeof reachSchema>;

export const natReportBodySchema = z.object({
  headline: headlineSchema,
  nat: natSummarySchema,
  verdicts: z.array(verdictSchema).max(50),
  candidates: z.array(candidateSchema).max(500),
  servers: z.array(serverResultSchema).max(100),
  reach: z.array(reachSchema).max(50),
  evidence: z.array(evidenceSchema).max(2000),
  /** Present where a test asked for more than packets. */
  network: networkFactsSchema.optional(),
  /** Which address family, interface address and how long it took. */
  run: z.object({
    family: z.enum(['ipv4', 'ipv6']).nullable(),
    localAddress: z.string().max(100).nullable(),
    hostname: z.string().max(255).nullable(),
    platform: z.string().max(100).nullable(),
    durationMs: msSchema,
    /** From start to the mapping and filtering verdict. */
    natVerdictMs: msSchema.nullable(),
    /** From start to the headline's finding, which later results only confirmed. Null: at the very end. */
    headlineMs: msSchema.nullable().optional(),
    packetsSent: z.int().min(0),
    packetsReceived: z.int().min(0),
  }),
});
export type NatReportBody = z.infer<typeof natReportBodySchema>;
