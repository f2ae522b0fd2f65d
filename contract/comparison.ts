/**
 * Paths compared with the same participants and the same media: the plan, every run of it, and what each participant
 * and server carried. Written by the Compare page (`tab`) and by `polynya compare` (`harness`).
 */
import { z } from 'zod';
import { headlineSchema, idSchema, isoTimeSchema, msSchema } from './basics.ts';
import { candidatePairSchema } from './candidate.ts';
import { comparePaths } from './compare-path.ts';
import { envelopeOf } from './envelope-of.ts';
import { failureSchema } from './failure-schema.ts';
import { memberTrafficSchema } from './member-traffic.ts';
import { linkAttemptSchema } from './room-report.ts';

const count = z.int().min(0);
const rate = z.number().min(0);

export const comparePathSchema = z.enum(comparePaths);

/** What every participant sends: a drawn picture and a tone, VP8 and Opus, no simulcast. */
export const compareMediaSchema = z.strictObject({
  widthPx: z.int().min(80).max(1920),
  heightPx: z.int().min(48).max(1088),
  framesPerSec: z.int().min(1).max(60),
  /** Most that an encoder may produce; RTP headers come on top. */
  maxVideoKbps: z.int().min(30).max(8_000),
  audio: z.boolean(),
});
export type CompareMedia = z.infer<typeof compareMediaSchema>;

export const comparePlanSchema = z.strictObject({
  participants: z.int().min(2).max(50),
  paths: z
    .array(comparePathSchema)
    .min(1)
    .max(comparePaths.length)
    .refine((paths) => new Set(paths).size === paths.length, 'a path stands in it twice'),
  /** Every path is run so often; the order of runs is drawn by lot within each repeat. */
  repeats: z.int().min(1).max(20),
  media: compareMediaSchema,
  /** From the moment when everybody has joined until rates are measured. */
  warmUpSec: z.number().min(0).max(60),
  /** Rates are measured for so long. */
  holdSec: z.number().min(1).max(300),
});
export type ComparePlan = z.infer<typeof comparePlanSchema>;

/** As in a room report, with no more than the pair in use: a comparison has hundreds of links. */
export const compareLinkSchema = linkAttemptSchema.extend({ pairs: z.array(candidatePairSchema).max(1) });
export type CompareLink = z.infer<typeof compareLinkSchema>;

/** tab: a frame of the Compare page; bots have no decoder, so that their top rung is S5. */
export const participantKinds = ['tab', 'chromium', 'firefox', 'bot'] as const;

export const compareParticipantSchema = z.object({
  /** Its id as a member of the room. */
  id: idSchema,
  name: z.string().max(64),
  kind: z.enum(participantKinds),
  /** null: bots have none. */
  userAgent: z.string().max(500).nullable(),
  /** null: it gave no report, or it was not there for the whole window. */
  traffic: memberTrafficSchema.nullable(),
  /** Of its processes, 100 = one core, over the window; null: a page cannot tell. */
  cpuPercent: rate.nullable(),
  /** From the beginning of the path until all others were seen; null: they were not. */
  everyoneSeenMs: msSchema.nullable(),
  /** For so long it was not to be seen; browsers slow hidden pages down. */
  hiddenMs: msSchema,
});
export type CompareParticipant = z.infer<typeof compareParticipantSchema>;

/** The media server of the run, over the window. */
export const compareServerSchema = z.object({
  /** 100 = one core; null: not measured. */
  cpuPercent: rate.nullable(),
  inKbps: rate.nullable(),
  outKbps: rate.nullable(),
  /** Media packets that it sent. */
  packetsPerSec: rate.nullable(),
});
export type CompareServer = z.infer<typeof compareServerSchema>;

/** The TURN server by its own counters, over the window or, where there was no common one, the whole run. */
export const compareTurnSchema = z.object({
  /** Payload that participants sent into it, and that it handed to them. */
  ingressBytes: count,
  egressBytes: count,
  allocations: count.nullable(),
  cpuPercent: rate.nullable(),
  windowMs: msSchema,
});
export type CompareTurn = z.infer<typeof compareTurnSchema>;

/**
 * complete: every link that the path promises was seen · partial: some · failed: none · harness-fault: the tool, not the
 * path, is to blame; such a run is tried once more, both stay in the report, and only the last try counts.
 */
export const compareOutcomes = ['complete', 'partial', 'failed', 'harness-fault'] as const;

export const compareRunSchema = z.object({
  path: comparePathSchema,
  /** From 1. */
  repeat: z.int().min(1).max(20),
  /** From 1; 2 after a fault of the harness. */
  attempt: z.int().min(1).max(5),
  startedAt: isoTimeSchema,
  durationMs: msSchema,
  outcome: z.enum(compareOutcomes),
  /** Directed, from sender to receiver; from a mixer: one for each participant. */
  links: z.array(compareLinkSchema).max(2_500),
  participants: z.array(compareParticipantSchema).max(50),
  /** null: the path has none. */
  server: compareServerSchema.nullable(),
  /** null: the path has none, or its counters cannot be read from here. */
  turn: compareTurnSchema.nullable(),
  faults: z.array(failureSchema).max(50),
});
export type CompareRun = z.infer<typeof compareRunSchema>;

export const compareReportBodySchema = z.object({
  headline: headlineSchema,
  plan: comparePlanSchema,
  host: z.object({
    /** tab: all participants in one page · harness: processes on the machine. */
    rim: z.enum(['tab', 'harness']),
    /** Logical processors; null: not told. */
    cpus: count.nullable(),
    /** Participants and servers ran on the same processors, so their figures limit each other. */
    sharedCpu: z.boolean(),
  }),
  /** In the order in which they were made. */
  runs: z.array(compareRunSchema).max(400),
  /** Wanted paths that could not be tried here, each with its reason. */
  skipped: z
    .array(z.object({ path: comparePathSchema, reason: z.string().max(500) }))
    .max(comparePaths.length),
  notes: z.array(z.string().max(500)).max(20),
  run: z.object({
    /** Browser of the page, or name of the host. */
    source: z.string().max(500),
    durationMs: msSchema,
    /** Ended before its plan was done. */
    cancelled: z.boolean(),
  }),
});
export type CompareReportBody = z.infer<typeof compareReportBodySchema>;

export const compareReportSchema = envelopeOf('compare-report', compareReportBodySchema);
export type CompareReport = z.infer<typeof compareReportSchema>;
