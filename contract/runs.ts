/** Stored reports as lists and statistics show them. */
import { z } from 'zod';
import { headlineSchema, idSchema, isoTimeSchema, msSchema, pathSchema, rungSchema } from './basics.ts';
import { envelopeKinds, envelopeSchema } from './envelope.ts';
import { failureCodeSchema } from './failure-schema.ts';
import { behaviourSchema, legacyNameSchema, legacyNames } from './nat-report.ts';
import { codePattern } from './report-code.ts';
import { turnTallySchema } from './turn-tally.ts';
import { checkCauseIdSchema } from './visit-report.ts';

export const reportCodeSchema = z.string().regex(codePattern);

/** A row of the Runs list. */
export const runSummarySchema = z.object({
  id: idSchema,
  kind: z.enum(envelopeKinds),
  /** When the run was made (by its own clock) and when it was stored. */
  at: isoTimeSchema,
  storedAt: isoTimeSchema,
  headline: headlineSchema.pick({ status: true, code: true, sentence: true }),
  /** nat-report, and visit-report whose tab could test its NAT. */
  nat: z
    .object({ mapping: behaviourSchema, filtering: behaviourSchema, legacy: legacyNameSchema })
    .nullable(),
  /** turn-report only. */
  turn: turnTallySchema.nullable(),
  /** Browser or host that it came from, shortened; for the TURN tools the URI or file that was judged. */
  source: z.string().max(200),
  /** One entry per attempt. */
  attempts: z.array(
    z.object({
      path: pathSchema,
      rung: rungSchema,
      succeeded: z.boolean(),
      setupMs: msSchema.nullable(),
    }),
  ),
  durationMs: msSchema,
  /** visit-report only: what the visitor reads out on the telephone. */
  code: reportCodeSchema.nullable(),
  /** Id of the link that the visitor came by. */
  link: idSchema.nullable(),
  /** Random name of the visitor’s browser, where the visitor agreed to have one. */
  visitor: idSchema.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** Classes that visits are told apart by; `untested`: the page could not find it out. */
export const natClasses = [...legacyNames, 'untested'] as const;
export type NatClass = (typeof natClasses)[number];

/** Which visits a statistic is about, and which reports lie behind one of its bars. */
export const visitFilter = {
  link: idSchema.optional(),
  path: pathSchema.optional(),
  nat: z.enum(natClasses).optional(),
  /** URL of a server that the visit tried. */
  server: z.string().max(300).optional(),
} as const;

export const outcomes = ['succeeded', 'failed'] as const;

export const runSortKeys = ['at', 'status', 'kind', 'duration'] as const;

/** Query of the Runs list; every field may stand in the dashboard’s URL. */
export const runQuerySchema = z.strictObject({
  kind: z.enum(envelopeKinds).optional(),
  status: headlineSchema.shape.status.optional(),
  ...visitFilter,
  /** How the attempts over `path` ended or, without it, what `server` did; without either: any attempt. */
  outcome: z.enum(outcomes).optional(),
  /** A failure of an attempt or of a server. */
  cause: failureCodeSchema.optional(),
  /** What the visitor was told. */
  finding: checkCauseIdSchema.optional(),
  visitor: idSchema.optional(),
  /** Free text over sentence, source and legacy name; or a report’s code. */
  q: z.string().max(100).optional(),
  since: isoTimeSchema.optional(),
  until: isoTimeSchema.optional(),
  sort: z.enum(runSortKeys).default('at'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});
export type RunQuery = z.infer<typeof runQuerySchema>;

export const runListSchema = z.object({ total: z.int().min(0), runs: z.array(runSummarySchema) });
export type RunList = z.infer<typeof runListSchema>;

export const runDetailSchema = z.object({ summary: runSummarySchema, report: envelopeSchema });
export type RunDetail = z.infer<typeof runDetailSchema>;

/** A rate that is honest about its sample: Wilson score interval at 95 %. */
export const rateSchema = z.object({
  succeeded: z.int().min(0),
  attempts: z.int().min(0),
  /** null when attempts is 0. */
  rate: z.number().min(0).max(1).nullable(),
  low: z.number().min(0).max(1).nullable(),
  high: z.number().min(0).max(1).nullable(),
});
export type Rate = z.infer<typeof rateSchema>;

export const successQuerySchema = z.strictObject({
  /** Size of a bucket. */
  bucket: z.enum(['hour', 'day']).default('hour'),
  /** Absent: 14 days (hour) or 366 days (day) before `until`. */
  since: isoTimeSchema.optional(),
  /** Absent: now. */
  until: isoTimeSchema.optional(),
  ...visitFilter,
});
export type SuccessQuery = z.infer<typeof successQuerySchema>;

export const successSeriesSchema = z.object({
  bucket: z.enum(['hour', 'day']),
  /** One per path that has attempts; harness faults (blame: tool) are counted apart, not in the rate. */
  series: z.array(
    z.object({
      path: pathSchema,
      total: rateSchema,
      harnessFaults: z.int().min(0),
      /** Oldest first; `at` is the bucket’s start (UTC). Buckets without attempts are left out. */
      points: z.array(z.object({ at: isoTimeSchema, ...rateSchema.shape })),
    }),
  ),
});
export type SuccessSeries = z.infer<typeof successSeriesSchema>;
