/** Delays of one step of a load over its time: what a percentile of the whole step cannot show, as a stall of a second. */
import { z } from 'zod';

const count = z.int().min(0);

/** Upper bounds of the bands, in µs; the last band is what took longer. */
export const heatBoundsUs = [
  ...[100, 200, 500],
  ...[1_000, 2_000, 5_000],
  ...[10_000, 20_000, 50_000],
  ...[100_000, 200_000, 500_000],
] as const;

export const loadHeatSchema = z.object({
  /** Length of a slice; the last one may be shorter. */
  sliceMs: z.number().positive(),
  /** By the time at which something was due. */
  slices: z
    .array(
      z.object({
        sent: count,
        /** Of these, those that came back, by band, the lowest first; bands that are left out at the end hold none. */
        counts: z.array(count).max(heatBoundsUs.length + 1),
      }),
    )
    .max(100),
});
export type LoadHeat = z.infer<typeof loadHeatSchema>;
