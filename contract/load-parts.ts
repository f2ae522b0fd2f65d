/** A load that several machines make together: what the report of each carries, so that they can be joined into one. */
import { z } from 'zod';
import { isoTimeSchema } from './basics.ts';

/** As many as a histogram of `turn/load` has. */
const mostBuckets = 3_200;

/**
 * How many durations fell into which bucket; those that are empty are left out. Buckets 0 to 255 are 1 µs each, every 128
 * after them halve the next power of two into equal parts.
 */
const loadHistogramSchema = z
  .object({
    buckets: z.array(
      z
        .int()
        .min(0)
        .max(mostBuckets - 1),
    ),
    counts: z.array(z.int().min(1)),
    maxUs: z.int().min(0),
  })
  .refine(({ buckets, counts }) => buckets.length === counts.length, { error: 'counts do not fit buckets' });

/** Of one step; percentiles of several parts cannot be made from the percentiles of each. */
export const loadHistogramsSchema = z.object({
  roundTrip: loadHistogramSchema,
  outward: loadHistogramSchema,
  lateness: loadHistogramSchema,
});
export type LoadHistograms = z.infer<typeof loadHistogramsSchema>;

export const mostParts = 64;

export const loadPartSchema = z
  .object({
    /** From 1. */
    number: z.int().min(1).max(mostParts),
    of: z.int().min(2).max(mostParts),
    /** Of the first step, by the clock of each machine. */
    startAt: isoTimeSchema,
    /** What the machine knows about its clock. */
    clock: z.object({
      isSynchronised: z.boolean().nullable(),
      /** How far it is off, as its time service believes; null: not told. */
      offByMs: z.number().min(0).nullable(),
      /** How far it was ahead of that of part 1, as both saw when they met (`--bus`); absent: they did not. */
      offFirstMs: z.number().optional(),
    }),
  })
  .refine(({ number, of }) => number <= of, { error: 'there are not so many parts' });
export type LoadPart = z.infer<typeof loadPartSchema>;
