/** A question about a population as the URL holds it. What is absent is as the preset has it. */
import { z } from 'zod';
import {
  largestPopulationRoom,
  type Population,
  type PopulationPath,
  populationPaths,
} from '../../../contract/population.ts';

const percent = z.coerce.number().int().min(0).max(100);
const price = z.coerce.number().min(0).max(5);

export const curveEnds = ['10', '50', '200', '1000'] as const;

export const simulateSearchSchema = z.object({
  preset: z
    .string()
    .regex(/^[a-z0-9-]{1,24}$/)
    .catch('everyday'),
  /** Weights of the preset’s endpoints, in its order, with commas between them. */
  mix: z
    .string()
    .regex(/^\d{1,3}(,\d{1,3}){0,23}$/)
    .optional()
    .catch(undefined),
  /** Percent of all endpoints that have IPv6. */
  v6: percent.optional().catch(undefined),
  /** Percent of all endpoints whose UDP is blocked besides those of the preset. */
  blocked: percent.max(90).catch(0),
  /** With commas between them. */
  paths: z
    .string()
    .regex(/^[a-z-]+(,[a-z-]+)*$/)
    .optional()
    .catch(undefined),
  /** Participants of every room. */
  size: z.coerce.number().int().min(2).max(largestPopulationRoom).optional().catch(undefined),
  /** Largest room of the curves. */
  upTo: z.enum(curveEnds).catch('50'),
  /** For a gigabyte. */
  turn: price.optional().catch(undefined),
  sfu: price.optional().catch(undefined),
});
export type SimulateSearch = z.infer<typeof simulateSearchSchema>;

/** Whole percent of each endpoint of the preset, in its order. */
export function mixOf({ mix }: SimulateSearch, { endpoints }: Population): number[] {
  const names = Object.keys(endpoints);
  const written = mix?.split(',').map(Number) ?? [];
  // Of another preset, or nobody at all.
  if (written.length === names.length && written.some((weight) => weight > 0)) return written;
  const shares = Object.values(endpoints).map(({ share }) => share.value);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => Math.round((100 * share) / total));
}

/** In the order in which they are tried; a direct link is always tried. */
export function pathsOf({ paths }: SimulateSearch, preset: Population): PopulationPath[] {
  const wanted: readonly string[] = paths?.split(',') ?? preset.paths;
  return populationPaths.filter((path) => path === 'direct' || wanted.includes(path));
}
