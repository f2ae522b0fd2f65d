/** What `polynya turn load --json` prints. */
import { z } from 'zod';
import { endpointSchema, headlineSchema, msSchema, transportSchema } from './basics.ts';
import { envelopeOf } from './envelope-of.ts';
import { failureSchema } from './failure-schema.ts';
import { loadCapacitySchema, loadServerSchema } from './load-capacity.ts';
import { loadHeatSchema } from './load-heat.ts';
import { loadHistogramsSchema, loadPartSchema, mostParts } from './load-parts.ts';
import { loadAxisSchema, loadProfileSchema } from './load-profile.ts';

const amount = z.number().min(0);
const count = z.int().min(0);

/**
 * Microseconds, from a histogram whose buckets are at most 0.8 % wide; the middle of the bucket is told. All figures are
 * null where there are no samples.
 */
export const loadTimesSchema = z.object({
  samples: count,
  p50Us: amount.nullable(),
  p90Us: amount.nullable(),
  p99Us: amount.nullable(),
  p999Us: amount.nullable(),
  maxUs: amount.nullable(),
});
export type LoadTimes = z.infer<typeof loadTimesSchema>;

/** Why the figures of a step are those of the generator and not of the server. */
export const generatorLimits = ['late', 'busy', 'own-drops', 'unsent', 'silent-worker'] as const;
export const generatorLimitSchema = z.object({
  code: z.enum(generatorLimits),
  /** With the figure and its threshold. */
  sentence: z.string().max(300),
});
export type GeneratorLimit = z.infer<typeof generatorLimitSchema>;

/** What the generator recorded about itself, over all workers; the worst of them where it cannot be added up. */
export const loadGeneratorSchema = z.object({
  /** From the scheduled moment until the packet was handed to the system. */
  lateness: loadTimesSchema,
  /** Share of the time in which the event loop of the busiest worker had work to do. */
  busyShare: z.number().min(0).max(1),
  cpuMs: amount,
  /** How long workers were ready to run and had no processor; null: this system does not say. */
  runQueueMs: amount.nullable(),
  /** Datagrams that the system dropped because a socket of the generator was full; null: it does not say. */
  socketDrops: count.nullable(),
  /** The smallest that a socket was given. */
  receiveBufferBytes: count.nullable(),
  /** Due, and never handed to the system. */
  unsent: count,
  /** Refused by the system when handed over, by errno name. */
  sendErrors: z.record(z.string().max(64), count),
});
export type LoadGenerator = z.infer<typeof loadGeneratorSchema>;

/** A refusal that the server’s own settings ask for, whatever its load. */
export const loadPolicySchema = z.object({
  code: z.enum(['turn-486', 'turn-508']),
  /** Of what was asked. */
  share: z.number().min(0).max(1),
});
export type LoadPolicy = z.infer<typeof loadPolicySchema>;

/**
 * carried: within the limits · policy: the server refused by its own settings · the others say what exceeded the limits,
 * or that nothing can be said.
 */
export const stepOutcomes = [
  'carried',
  'policy',
  'loss',
  'latency',
  'target-failed',
  'generator-limited',
] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

export const loadStepSchema = z.object({
  /** In the unit of the ladder. */
  offered: amount,
  outcome: z.enum(stepOutcomes),
  reasons: z.array(generatorLimitSchema).max(generatorLimits.length),
  seconds: amount,
  /** Due in the measured time. Of axis `held`: allocations and refreshes. */
  scheduled: count,
  /** Over TCP and TLS also what found no room any more (failure `connection-full`): it is lost. */
  sent: count,
  /** Client → relay → peer; null: there is no peer of ours (hairpin, other axes). */
  arrivedOut: count.nullable(),
  /** And back to the client. Other axes: requests that succeeded. */
  arrivedBack: count,
  lossPercent: z.number().min(0).max(100),
  /** From the scheduled moment until it was back. */
  roundTrip: loadTimesSchema,
  /** From the scheduled moment until it was at the peer. */
  outward: loadTimesSchema.nullable(),
  /** On the wire with all headers up to IP, both directions together; null as above, and on other axes. */
  clientMbitPerSec: amount.nullable(),
  peerMbitPerSec: amount.nullable(),
  /** What the server refused or broke, by code of the catalogue. */
  failures: z.record(z.string().max(64), count),
  /** Absent: none. */
  policy: loadPolicySchema.optional(),
  generator: loadGeneratorSchema,
  /** Absent: of older reports. */
  heat: loadHeatSchema.optional(),
  /** Absent: the server is on another machine. */
  server: loadServerSchema.optional(),
  /** Of a part of a load. */
  histograms: loadHistogramsSchema.optional(),
});
export type LoadStep = z.infer<typeof loadStepSchema>;

/** How a ladder ended. `end`: at its highest step, which was carried. */
export const ladderEnds = [
  ...stepOutcomes.filter((outcome) => outcome !== 'carried'),
  'end',
  'stopped',
] as const;
export type LadderEnd = (typeof ladderEnds)[number];

export const loadRunSchema = z.object({
  steps: z.array(loadStepSchema).max(2_000),
  /** Highest step that was carried; null: none. */
  carried: amount.nullable(),
  /** The step that was not; null: the ladder ended otherwise. */
  failed: amount.nullable(),
  end: z.enum(ladderEnds),
});
export type LoadRun = z.infer<typeof loadRunSchema>;

/** Bytes of one packet, with all headers up to IP: the mean over the packets of the mix. */
const loadPacketBytesSchema = z.object({
  payload: amount,
  client: amount,
  /** Null: hairpin. */
  peer: amount.nullable(),
  /** ChannelData header with padding; and what a Send indication takes in its place (RFC 8656 s11, s12.4). */
  channelData: amount,
  sendIndication: amount,
});

export const loadThroughputSchema = z.object({
  /** Each leg in both directions together; `total` is what the server sends and receives. */
  clientMbitPerSec: amount,
  peerMbitPerSec: amount.nullable(),
  totalMbitPerSec: amount,
  packetBytes: loadPacketBytesSchema,
});
export type LoadThroughput = z.infer<typeof loadThroughputSchema>;

export const loadVerdictKinds = [
  /** The server's limit was found. */
  'capacity',
  /** Everything that was offered was carried. */
  'at-least',
  /** Not even the first step was carried. */
  'below-ladder',
  /** The generator was the limit: nothing is said about the server. */
  'generator-limited',
  /** The server did not do what was asked, at any rate. */
  'target-failed',
  /** Stopped before there was an answer. */
  'stopped',
] as const;

export const loadVerdictSchema = z.object({
  kind: z.enum(loadVerdictKinds),
  /** Median of the highest steps that were carried, in the unit of the ladder; of `generator-limited` null. */
  carried: amount.nullable(),
  /**
   * The capacity lies between a step that was carried and one that was not, and differs from run to run: interval for its
   * median from order statistics, without assumptions about its distribution.
   */
  interval: z.object({ low: amount, high: amount, confidence: z.number().min(0).max(1) }).nullable(),
  /** What was exceeded first, in most runs. */
  limit: z.enum(['loss', 'latency', 'policy']).nullable(),
  /** Where that is `policy`: the refusal, in the step with most of it. */
  policy: loadPolicySchema.optional(),
  /** What `carried` is on the wire; absent on other axes. */
  throughput: loadThroughputSchema.optional(),
  /** Runs that found the limit, of all. */
  decided: count,
  runs: count,
  /** As many streams of the mix at once, each in both directions; null on other axes. */
  streams: amount.nullable(),
});
export type LoadVerdict = z.infer<typeof loadVerdictSchema>;

/** Other packet sizes of the same load (`traffic.sizes`). */
export const loadSizeSchema = z.object({
  bytes: count,
  verdict: loadVerdictSchema,
  runs: z.array(loadRunSchema).max(50),
});
export type LoadSize = z.infer<typeof loadSizeSchema>;

export const recoveryOutcomes = [
  'recovered',
  /** Not within `afterSec`. */
  'not-recovered',
  /** The generator did not make the load as planned. */
  'generator-limited',
] as const;

/** What came after too much. */
export const loadRecoverySchema = z.object({
  outcome: z.enum(recoveryOutcomes),
  /** In the unit of the ladder; back by the end of either. */
  overload: z.object({ offered: amount, seconds: amount, sent: count, arrivedBack: count }),
  after: z.object({ offered: amount, seconds: amount, sent: count, arrivedBack: count }),
  /** From the first moment of the lower rate until what was due from then on came back within the limits of the ladder. */
  recoveredMs: msSchema.nullable(),
  /** Requests or packets of the time that was judged to be normal; null as above. */
  samples: count.nullable(),
  /** As exact as that. */
  sliceMs: msSchema,
  reasons: z.array(generatorLimitSchema).max(generatorLimits.length),
});
export type LoadRecovery = z.infer<typeof loadRecoverySchema>;

export const loadComparisonSchema = z.object({
  /** Medians, in the unit of the ladder. */
  before: amount,
  after: amount,
  /** Of the exact rank sum test over the runs of both. */
  pValue: z.number().min(0).max(1),
  /** `none`: what differs may be chance. */
  change: z.enum(['none', 'less', 'more']),
  /** False: so few runs show no difference, however large. */
  isDecidable: z.boolean(),
});
export type LoadComparison = z.infer<typeof loadComparisonSchema>;

/** How packets were handed to the system, and why in this way. */
const loadEngineUseSchema = z.object({
  kind: z.enum(['ring', 'batched', 'portable']),
  reason: z.string().max(300),
});
export type LoadEngineUse = z.infer<typeof loadEngineUseSchema>;

export const loadReportBodySchema = z.object({
  headline: headlineSchema,
  target: z.object({
    uri: z.string().max(300),
    endpoint: endpointSchema,
    transport: transportSchema,
    /** SOFTWARE as sent; null: the server does not say. */
    software: z.string().max(800).nullable(),
  }),
  axis: loadAxisSchema,
  /** As it was run, so that it can be run again. */
  profile: loadProfileSchema,
  verdict: loadVerdictSchema,
  /** Why no load could be offered at all; null: it could. */
  failure: failureSchema.nullable(),
  runs: z.array(loadRunSchema).max(50),
  /** After the first of `traffic.sizes`, which is the one above; absent: there are no others. */
  otherSizes: z.array(loadSizeSchema).max(8).optional(),
  /** Absent: not asked for, or no limit was found to go beyond. */
  recovery: loadRecoverySchema.optional(),
  /** What the limit means; absent where none is told. */
  capacity: loadCapacitySchema.optional(),
  /** One machine of several (`--part`): it has no verdict by itself. */
  part: loadPartSchema.optional(),
  /** Joined from these. */
  parts: z.array(loadPartSchema).max(mostParts).optional(),
  /** With an earlier report (`--baseline`); absent without one. */
  comparison: loadComparisonSchema.optional(),
  host: z.object({
    system: z.string().max(200),
    processor: z.string().max(200),
    cores: count,
    node: z.string().max(40),
  }),
  /** Absent: of other axes, and of older reports. */
  engine: loadEngineUseSchema.optional(),
  durationMs: msSchema,
});
export type LoadReportBody = z.infer<typeof loadReportBodySchema>;

export const loadReportSchema = envelopeOf('load-report', loadReportBodySchema);
export type LoadReport = z.infer<typeof loadReportSchema>;
