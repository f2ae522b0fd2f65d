/** What a browser found out on the Check page: candidates, pairs, and one attempt per path. */
import { z } from 'zod';
import { headlineSchema, idSchema, msSchema, pathSchema, rungSchema, transportSchema } from './basics.ts';
import { candidateErrorSchema, candidatePairSchema, candidateSchema } from './candidate.ts';
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
  steps: z.array(setupStepSchema).max(50),
  pairs: z.array(candidatePairSchema).max(500),
  selectedPairId: z.string().max(100).nullable(),
  failure: failureSchema.optional(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const visitReportBodySchema = z.object({
  headline: headlineSchema,
  candidates: z.array(candidateSchema).max(500),
  candidateErrors: z.array(candidateErrorSchema).max(200),
  attempts: z.array(attemptSchema).max(50),
  /** One result per server URL, each tried from its own PeerConnection; absent in reports that lack it. */
  servers: z.array(serverResultSchema).max(100).optional(),
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
