/** Success of visits, split by what may be the reason, and their faults. Every rate with its n and interval. */
import { z } from 'zod';
import { isoTimeSchema, pathSchema, transportSchema } from './basics.ts';
import { failureCodeSchema } from './failure-schema.ts';
import { blames } from './failures.ts';
import { natClasses, rateSchema, visitFilter } from './runs.ts';
import { checkCauseIdSchema } from './visit-report.ts';

export const breakdownQuerySchema = z.strictObject({
  /** Absent: 30 days before `until`. */
  since: isoTimeSchema.optional(),
  /** Absent: now. */
  until: isoTimeSchema.optional(),
  ...visitFilter,
});
export type BreakdownQuery = z.infer<typeof breakdownQuerySchema>;

/** Faults of the tool itself (blame: tool) are counted apart, not in the rate. */
const group = { ...rateSchema.shape, harnessFaults: z.int().min(0) } as const;

/** Longest list of servers and of causes; the most frequent ones are in it. */
export const longestBreakdown = 50;

export const breakdownSchema = z.object({
  /** Visits that the filter lets through. */
  visits: z.int().min(0),
  paths: z.array(z.object({ path: pathSchema, ...group })),
  /** What the visitor’s NAT lets through depends on the path, so both together. */
  nats: z.array(z.object({ nat: z.enum(natClasses), path: pathSchema, ...group })),
  servers: z
    .array(z.object({ url: z.string().max(300), transport: transportSchema, ...group }))
    .max(longestBreakdown),
  /** Most visits first. A cause counts once a visit, however many attempts and servers met it. */
  causes: z
    .array(
      z.object({
        code: failureCodeSchema,
        blame: z.enum(blames),
        visits: z.int().min(1),
        /** Of all visits. */
        share: rateSchema,
      }),
    )
    .max(longestBreakdown),
  /** What the Check page told the visitors of the causes; most visits first. */
  findings: z
    .array(z.object({ id: checkCauseIdSchema, visits: z.int().min(1), share: rateSchema }))
    .max(longestBreakdown),
});
export type Breakdown = z.infer<typeof breakdownSchema>;
