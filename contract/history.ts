/** A visit beside earlier ones of the same visitor. */
import { z } from 'zod';
import { idSchema } from './basics.ts';
import { diffAreas } from './difference.ts';
import { runSummarySchema } from './runs.ts';

/** Earlier visits that are listed at most. */
export const longestHistory = 20;

export const historyQuerySchema = z.strictObject({
  /** The earlier visit to compare with; absent: the latest one before. */
  with: idSchema.optional(),
});

export const historySchema = z.object({
  /** By which they belong together: the same browser, with its visitor’s consent, or else the same link. */
  by: z.enum(['visitor', 'link']).nullable(),
  /** Newest first. */
  earlier: z.array(runSummarySchema).max(longestHistory),
  /** The one that was compared; null: there is none. */
  before: idSchema.nullable(),
  /** What changed since. */
  differences: z.array(
    z.object({
      area: z.enum(diffAreas),
      subject: z.string(),
      before: z.string().nullable(),
      after: z.string().nullable(),
    }),
  ),
});
export type History = z.infer<typeof historySchema>;
