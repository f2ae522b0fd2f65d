/**
 * What `polynya turn load` offers to a server, how far it goes and when it stops. Read from YAML; unknown keys are errors.
 * `docs/turn-load.md` says the same in prose.
 */
import { z } from 'zod';
import { transportSchema } from './basics.ts';

/**
 * packets: relayed packets a second · allocations: new allocations a second · held: allocations kept alive at once ·
 * permissions: CreatePermission requests a second · channels: ChannelBind requests a second · churn: allocations that come
 * and go a second in a population.
 */
export const loadAxes = ['packets', 'allocations', 'held', 'permissions', 'channels', 'churn'] as const;
export const loadAxisSchema = z.enum(loadAxes);
export type LoadAxis = z.infer<typeof loadAxisSchema>;

export const loadEngines = ['auto', 'ring', 'batched', 'portable'] as const;
export type LoadEngine = (typeof loadEngines)[number];

/** The stamp of a packet takes this much of its payload. */
export const leastPayloadBytes = 24;
/** RFC 8656 s13: stays under the common path MTU with all headers. */
export const mostPayloadBytes = 1400;

const payloadBytesSchema = z.int().min(leastPayloadBytes).max(mostPayloadBytes);
const portSchema = z.int().min(1).max(65535).optional();

/** One kind of stream. Flows are shared out by `share`; the rates of the kinds keep their proportion at every step. */
const streamSchema = z.strictObject({
  name: z.string().min(1).max(64).default('packets'),
  /** Of all flows, relative to the other kinds. */
  share: z.number().positive().max(1e6).default(1),
  /** Of the packet that is relayed, without the headers of ChannelData, UDP and IP. */
  bytes: payloadBytesSchema.default(160),
  /** Packets a second of one such stream, in each direction. */
  perSec: z.number().positive().max(100_000).default(50),
  /** Packets that are due at the same moment, as those of one video frame are. */
  burst: z.int().min(1).max(100).default(1),
  /** How its client reaches the server; null: as the URI says. */
  transport: transportSchema.nullable().default(null),
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
  /** Packets of each of these sizes in place of those of the mix, in ladders one after another; empty: as the mix says. */
  sizes: z.array(payloadBytesSchema).max(8).default([]),
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
  /**
   * Axis `packets`, how packets reach the system: ring: all datagrams of all sockets in one call (io_uring of Linux 6.1,
   * streams over UDP) · batched: those of a socket in one call (Linux, streams over UDP) · portable: through Node.js · auto:
   * the first of these that is possible.
   */
  engine: z.enum(loadEngines).default('auto'),
  /** Processes that make the load. */
  workers: z.int().min(1).max(64).default(1),
  /**
   * Axis `allocations`: false: from the first packet on, with connection, handshake and challenge · true: the socket is
   * open and realm and nonce are known from an earlier exchange, so that an allocation is one round trip.
   */
  warm: z.boolean().default(false),
  /** Axis `held`: every allocation is refreshed this often. */
  refreshSec: z.number().min(1).max(540).default(30),
  /** Axis `churn`: allocations that live at the same time; each that comes takes the place of another. */
  population: z.int().min(1).max(1e6).default(100),
  /**
   * Axes `permissions` and `channels`: addresses that permissions are asked for, each once before any comes again, and
   * whose ports channels are bound to; nothing is sent to them. Null: those that are reserved for benchmarks (RFC 2544, RFC 5180).
   */
  permissionRange: z.union([z.cidrv4(), z.cidrv6()]).nullable().default(null),
  /** Where streams of the mix reach the host over another transport than that of the URI. Absent: at the port of the URI, for UDP beside TCP; else 3478, for TLS 5349 (RFC 7065). */
  ports: z.strictObject({ udp: portSchema, tcp: portSchema, tls: portSchema }).prefault({}),
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
  /** Once the limit is known: too much for some time, then little, to see when the server is back to normal. Null: not. */
  recovery: z
    .strictObject({
      /** Of what was carried. */
      overloadPercent: z.number().min(101).max(1000).default(150),
      overloadSec: z.number().min(0.2).max(600).default(5),
      afterPercent: z.number().min(1).max(99).default(50),
      /** How long is waited for it. */
      afterSec: z.number().min(0.2).max(600).default(15),
    })
    .nullable()
    .default(null),
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
