/** From packets a second to advice: how many calls that is, and what the server runs out of first. */
import { z } from 'zod';

const share = z.number().min(0);

/** Processor time of the server in the measured time of a step, where it runs on the machine of the generator. */
export const loadServerSchema = z.object({
  pid: z.int().min(1),
  /** Of one processor each, busiest first. */
  threads: z.array(z.object({ id: z.int().min(1), name: z.string().max(32), share })).max(4),
  /** Of all processors together, whoever used them. */
  machineShare: share,
});
export type LoadServer = z.infer<typeof loadServerSchema>;

export const firstLimits = [
  /** The server refused: quotas, ports. */
  'refusals',
  /** A thread of the server, or the whole machine, had no processor time left. */
  'cpu',
  /** Packets wait longer and longer. */
  'queue',
  /** Most are as fast as before, some wait long. */
  'stalls',
  /** What comes through is the same in every run, and the rest is lost at once. */
  'ceiling',
  /** Lost at once, without waiting. */
  'buffers',
  'unknown',
] as const;

export const loadCapacitySchema = z.object({
  /** At the same time, at what was carried; null: the axis has no calls. */
  calls: z.int().min(0).nullable(),
  /** What is taken for a call. */
  assumption: z.string().max(500),
  firstLimit: z.object({
    kind: z.enum(firstLimits),
    /** With the figures that show it. */
    sentence: z.string().max(400),
  }),
});
export type LoadCapacity = z.infer<typeof loadCapacitySchema>;
export type FirstLimit = LoadCapacity['firstLimit'];
