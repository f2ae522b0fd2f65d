/** What `polynya simulate` answers. Shares are 0–1; every figure has its interval. */
import { z } from 'zod';
import { headlineSchema } from './basics.ts';
import { envelopeOf } from './envelope-of.ts';
import { bandFigures, populationPathSchema, populationSchema } from './population.ts';

const share = z.number().min(0).max(1);
const amount = z.number().min(0);

function estimated(value: z.ZodNumber) {
  return z.object({
    value,
    /** 95 % of what comes out when all uncertain inputs are drawn from their ranges at once. */
    inputs: z.tuple([value, value]),
    /** 95 % interval of drawing rooms alone; null: computed without drawing. */
    drawing: z.tuple([value, value]).nullable(),
  });
}
const estimatedShare = estimated(share);
const estimatedAmount = estimated(amount);
export type Estimated = z.infer<typeof estimatedAmount>;

/** How a link came about; `none`: not at all. */
export const linkOutcomes = [...populationPathSchema.options, 'none'] as const;
export type LinkOutcome = (typeof linkOutcomes)[number];

/** direct: every link · relay: all connected, some over TURN · sfu: all through the media server · short: somebody misses somebody. */
export const roomOutcomes = ['direct', 'relay', 'sfu', 'short'] as const;
export type RoomOutcome = (typeof roomOutcomes)[number];
const roomShares = z.record(z.enum(roomOutcomes), estimatedShare);

/** What a change does to the answer. */
const answerSchema = z.object({
  pairsDirect: share,
  pairsRelayed: share,
  pairsFailed: share,
  /** Median; null: nobody connects. */
  connectMs: amount.nullable(),
  roomsShort: share,
  /** Of 1000 rooms, in the currency of the population. */
  cost: amount,
});
export type Answer = z.infer<typeof answerSchema>;

export const simulationReportBodySchema = z.object({
  headline: headlineSchema,
  /** As it was read, so that the answer can be had again. */
  population: populationSchema,
  seed: z.int().min(0).max(0xffff_ffff),
  rooms: z.int().min(1),
  /** Two people who call each other. */
  pairs: z.object({
    outcomes: z.record(z.enum(linkOutcomes), estimatedShare),
    relayed: estimatedShare,
    connectMs: z.object({ p50: estimatedAmount, p95: estimatedAmount }).nullable(),
    /** Median of those that connect so. */
    pathMs: z.array(z.object({ path: populationPathSchema, medianMs: amount })),
  }),
  roomOutcomes: roomShares,
  bySize: z.array(
    z.object({
      participants: z.int().min(2),
      rooms: z.int().min(1),
      outcomes: z.record(z.enum(roomOutcomes), share),
    }),
  ),
  /** Of 1000 rooms. */
  traffic: z.object({
    turnGb: estimatedAmount,
    sfuGb: estimatedAmount,
    turnCoreHours: estimatedAmount,
    sfuCoreHours: estimatedAmount,
    cost: estimatedAmount,
  }),
  endpoints: z.array(
    z.object({
      name: z.string(),
      share,
      /** With somebody drawn from the whole population. */
      direct: share,
      relayed: share,
      failed: share,
    }),
  ),
  /** One uncertain input at a time, at both ends of its range; largest effect first. */
  sensitivity: z.array(
    z.object({
      input: z.string(),
      source: z.string(),
      value: z.number(),
      low: z.object({ value: z.number(), answer: answerSchema }),
      high: z.object({ value: z.number(), answer: answerSchema }),
    }),
  ),
  /** As it is, over the same rooms as the rows of `sensitivity` and `changes`, which may be fewer than `rooms`. */
  answer: answerSchema,
  /** Changes that are not made yet; what helps most first. */
  changes: z.array(z.object({ id: z.string(), change: z.string(), answer: answerSchema })),
  published: z.array(
    z.object({
      figure: z.enum(bandFigures),
      low: share,
      high: share,
      simulated: estimatedShare,
      /** fits: the value lies in the band · overlaps: only its interval reaches it · misses. */
      verdict: z.enum(['fits', 'overlaps', 'misses']),
      source: z.string(),
    }),
  ),
  notes: z.array(z.string().max(500)).max(20),
});
export type SimulationReportBody = z.infer<typeof simulationReportBodySchema>;

export const simulationReportSchema = envelopeOf('simulation-report', simulationReportBodySchema);
export type SimulationReport = z.infer<typeof simulationReportSchema>;
