/** NAT behaviour of a browser tab: the WebSocket `/ws/nat` between page and service, and what comes of it. */
import { z } from 'zod';
import { endpointSchema, msSchema } from './basics.ts';
import { evidenceSchema } from './evidence.ts';
import { natSummarySchema, verdictSchema } from './nat-report.ts';

export const tabNatVersion = 1;

/** Part of a visit report. */
export const tabNatSchema = z.object({
  nat: natSummarySchema,
  verdicts: z.array(verdictSchema).max(50),
  evidence: z.array(evidenceSchema).max(200),
  run: z.object({
    /** From the offers of the tab to the verdict. */
    natVerdictMs: msSchema,
    /** Checks that left the service. */
    packetsSent: z.int().min(0),
    /** Checks and answers of the tab that arrived, were signed by it and belonged to the test. */
    packetsReceived: z.int().min(0),
  }),
});
export type TabNat = z.infer<typeof tabNatSchema>;

/** RFC 8839 §5.4: letters, digits, `+` and `/`; a fragment has at least 4 of them, a password 22. */
const iceSide = {
  ufrag: z.string().regex(/^[A-Za-z0-9+/]{4,256}$/),
  pwd: z.string().regex(/^[A-Za-z0-9+/]{22,256}$/),
};

/** Browser → service. One test per socket. */
export const tabNatClientMessageSchema = z.object({
  type: z.literal('hello'),
  version: z.literal(tabNatVersion),
  /** Of the meanings; English when absent. */
  language: z.enum(['en', 'ko']).optional(),
  /** One per connection that the page has made, in the order of the plan: two for the mapping, three for filters. */
  offers: z
    .array(
      z.object({
        ...iceSide,
        /** The connection’s only host candidate over UDP, as far as the page sees it; null: there are several. */
        local: endpointSchema.nullable(),
      }),
    )
    .length(5),
});
export type TabNatClientMessage = z.infer<typeof tabNatClientMessageSchema>;
export type TabNatOffer = TabNatClientMessage['offers'][number];

/** Service → browser. */
export const tabNatServerMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('answers'),
    /** In the order of the offers: whom the connection is to check. */
    answers: z.array(z.object({ ...iceSide, candidates: z.array(endpointSchema).max(4) })).length(5),
  }),
  z.object({
    type: z.literal('finding'),
    result: tabNatSchema,
    /** What a verdict means to the person in front of the page, by the verdict’s name. */
    meanings: z.record(z.string().max(64), z.string().max(1000)),
  }),
  z.object({ type: z.literal('error'), code: z.string().max(64), message: z.string().max(500) }),
]);
export type TabNatServerMessage = z.infer<typeof tabNatServerMessageSchema>;
export type TabNatFinding = Extract<TabNatServerMessage, { type: 'finding' }>;
