/**
 * What `polynya turn load` offers to a server, how far it goes and when it stops. Read from YAML; unknown keys are errors.
 * `docs/turn-load.md` says the same in prose.
 */
import { z } from 'zod';

/** packets: relayed packets a second · allocations: new allocations a second · held: allocations kept alive at once. */
export const loadAxes = ['packets', 'allocations', 'held'] as const;
export const loadAxisSchema = z.enum(loadAxes);
export type LoadAxis = z.infer<typeof loadAxisSchema>;

/** The stamp of a packet takes this much of its payload. */
export const leastPayloadBytes = 24;
/** RFC 8656 s13: stays under the common path MTU with all headers. */
export const mostPayloadBytes = 1400;

/** One kind of stream. Flows are shared out by `share`; the rates of the kinds keep their proportion at every step. */
const streamSchema = z.strictObject({
  name: z.string().min(1).max(64).default('packets'),
  /** Of all flows, relative to the other kinds. */
  share: z.number().positive().max(1e6).default(1),
  /** Of the packet that is relayed, without the headers of ChannelData, UDP and IP. */
  bytes: z.int().min(leastPayloadBytes).max(mostPayloadBytes).default(160),
  /** Packets a second of one such stream, in each direction. */
  perSec: z.number().positive().max(100_000).default(50),
  /** Packets that are due at the same moment, as those of one video frame are. */
  burst: z.int().min(1).max(100).default(1),
});
export type LoadStream = z.infer<typeof streamSchema>;

const trafficSchema = z.strictObject({
  /** poisson: independent of one another, as calls of many people are · even: at equal distances. */
  arrivals: z.enum(['poisson', 'even']).default('poisson'),
  /** Allocations that carry the packets, over all workers; each has one peer. */
  flows: z.int().min(1).max(10_000).default(20),
  mix: z
    .array(streamSchema)
    .min(1)
    .max(16)
    .default([streamSchema.parse({})]),
});
export type LoadTraffic = z.infer<typeof trafficSchema>;

const ladderSchema = z
  .strictObject({
    /** Of the first step: packets that the clients send a second, allocations a second, or allocations held. */
    from: z.number().positive().max(1e7),
    /** No step goes above it. */
    to: z.number().positive().max(1e7),
    /** From one step to the next. */
    factor: z.number().min(1.01).max(10).default(1.25),
  })
  .refine(({ from, to }) => from <= to, { error: 'from is above to', path: ['from'] });
export type LoadLadder = z.infer<typeof ladderSchema>;

export const loadProfileSchema = z.strictObject({
  name: z.string().min(1).max(64).default('default'),
  axis: loadAxisSchema.default('packets'),
  traffic: trafficSchema.prefault({}),
  /** Absent: by axis, see `defaultLadders`. */
  ladder: ladderSchema.optional(),
  step: z
    .strictObject({
      /** What is measured, after `discardSec`. */
      seconds: z.number().min(0.2).max(3600).default(25),
      /** At the beginning of each step; offered, and left out of the figures. */
      discardSec: z.number().min(0).max(600).default(5),
      /** How long answers are waited for; what comes later is lost. */
      drainMs: z.int().min(50).max(60_000).default(1_000),
    })
    .prefault({}),
  /** A step is carried while neither is exceeded. */
  stop: z
    .strictObject({
      lossPercent: z.number().min(0).max(100).default(0.5),
      /** Of the round trip through the relay, or of an allocation; from the scheduled moment on. */
      p99Ms: z.number().positive().max(60_000).default(20),
    })
    .prefault({}),
  /** Ladders, one after another: the interval comes from their differences. */
  runs: z.int().min(1).max(50).default(5),
  /** Processes that make the load. */
  workers: z.int().min(1).max(64).default(1),
  /** Axis `held`: every allocation is refreshed this often. */
  refreshSec: z.number().min(1).max(540).default(30),
  peer: z
    .strictObject({
      /**
       * echo: sockets of this program, which send everything back · hairpin: allocations are each other’s peers in pairs,
       * so that the server relays every packet twice and the generator has half the work.
       */
      kind: z.enum(['echo', 'hairpin']).default('echo'),
      /** Of echo: where the relay finds the peers of this program; null: the address from which it reaches the server. */
      address: z.union([z.ipv4(), z.ipv6()]).nullable().default(null),
    })
    .prefault({}),
  /** What a mistyped ladder cannot exceed. */
  limits: z
    .strictObject({
      perSec: z.number().positive().max(1e7).default(50_000),
      allocations: z.int().min(1).max(1e6).default(2_000),
      minutes: z
        .number()
        .positive()
        .max(24 * 60)
        .default(60),
    })
    .prefault({}),
});
export type LoadProfile = z.infer<typeof loadProfileSchema>;
