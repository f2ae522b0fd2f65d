/** What a browser found out on the Check page: candidates, pairs, and one attempt per path. */
import { z } from 'zod';
import { headlineSchema, idSchema, msSchema, pathSchema, rungSchema, transportSchema } from './basics.ts';
import { candidateErrorSchema, candidatePairSchema, candidateSchema } from './candidate.ts';
import { type CheckCauseId, checkCauseIds } from './check-causes.ts';
import { failureSchema } from './failure-schema.ts';
import { serverResultSchema } from './nat-report.ts';
import { tabNatSchema } from './tab-nat.ts';

/** A bar of the set-up waterfall. */
export const setupStepSchema = z.object({
  /** signalling, gather-first, gather-srflx, gather-relay, gather-complete, ice, dtls, channel-open, echo … */
  name: z.string().max(64),
  startMs: msSchema,
  /** null: never finished. */
  endMs: msSchema.nullable(),
});
export type SetupStep = z.infer<typeof setupStepSchema>;

export const attemptSchema = z.object({
  id: idSchema,
  from: z.string().max(64),
  to: z.string().max(64),
  path: pathSchema,
  /** Transport of the selected pair’s own leg (relay: to the TURN server); null before a pair was selected. */
  transport: transportSchema.nullable(),
  rung: rungSchema,
  /** What rung counts as success for this attempt. */
  wanted: rungSchema,
  succeeded: z.boolean(),
  /** From the start of the attempt to the wanted rung; null when it fell short. */
  setupMs: msSchema.nullable(),
  /** Median of the echoed messages. */
  echoRttMs: msSchema.nullable(),
  echoCount: z.int().min(0),
  /** Share of messages that did not come back where nobody repeats them, both ways together; absent: not counted. */
  lossRate: z.number().min(0).max(1).optional(),
  steps: z.array(setupStepSchema).max(50),
  pairs: z.array(candidatePairSchema).max(500),
  selectedPairId: z.string().max(100).nullable(),
  failure: failureSchema.optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

/** One TURN server over one transport and one address family, tried alone, with data. */
export const relayTrySchema = z.object({
  /** As configured. */
  url: z.string().max(300),
  host: z.string().max(255),
  port: z.int().min(0).max(65535),
  transport: transportSchema,
  /** Of the way to the server; null: its name was left to the browser, which may use either. */
  family: z.enum(['ipv4', 'ipv6']).nullable(),
  /**
   * ok: data went through the relay and came back · note: it failed, and another family of the same URL works · failed ·
   * skipped: not tried, or this device cannot try it.
   */
  outcome: z.enum(['ok', 'note', 'failed', 'skipped']),
  rung: rungSchema,
  /** From the start of the try to the relayed address. */
  allocatedMs: msSchema.nullable(),
  /** From the start of the try to the first echo. */
  setupMs: msSchema.nullable(),
  /** Median of the echoed messages. */
  echoRttMs: msSchema.nullable(),
  failure: failureSchema.optional(),
});
export type RelayTry = z.infer<typeof relayTrySchema>;

export const checkCauseIdSchema = z.enum(checkCauseIds as [CheckCauseId, ...CheckCauseId[]]);

export const checkCauseSchema = z.object({
  id: checkCauseIdSchema,
  urls: z.array(z.string().max(300)).max(50),
});

export const visitReportBodySchema = z.object({
  headline: headlineSchema,
  candidates: z.array(candidateSchema).max(500),
  candidateErrors: z.array(candidateErrorSchema).max(200),
  attempts: z.array(attemptSchema).max(50),
  /** One result per server URL, each tried from its own PeerConnection; absent in reports that lack it. */
  servers: z.array(serverResultSchema).max(100).optional(),
  /** Every TURN server over every transport and family; absent in reports of older pages. */
  relays: z.array(relayTrySchema).max(200).optional(),
  /** Why something fails or is limited, worst first; absent in reports of older pages. */
  causes: z.array(checkCauseSchema).max(40).optional(),
  /** What the service itself found at its servers when the visitor came; absent where it was not asked. */
  ownView: z.array(serverResultSchema).max(100).optional(),
  /** What the NAT in front of the browser does; absent where it was not or could not be tested. */
  nat: tabNatSchema.optional(),
  /** The URLs that were tried; never credentials. */
  serverUrls: z.array(z.string().max(300)).max(50),
  /** Explanations for the reader, e.g. why host addresses are hidden behind mDNS names. */
  notes: z.array(z.string().max(500)).max(20),
  run: z.object({
    userAgent: z.string().max(500),
    language: z.string().max(50).nullable(),
    durationMs: msSchema,
    /** The link that the visit came by: on the way to the service its token, in a stored report its id. */
    link: idSchema.nullable(),
    /** Chosen by the page at random, and kept there only if the visitor agreed; names a browser, not a person. */
    visitor: idSchema.nullable().optional(),
    /** The visit as its progress messages named it. */
    visit: idSchema.nullable().optional(),
  }),
});
export type VisitReportBody = z.infer<typeof visitReportBodySchema>;
