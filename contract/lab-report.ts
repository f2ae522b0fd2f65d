/** What `polynya lab run --json` prints and the Lab page of the dashboard shows. */
import { z } from 'zod';
import { endpointSchema, msSchema, pathSchema, rungSchema, transportSchema } from './basics.ts';
import { candidateTypeSchema } from './candidate.ts';
import { envelopeOf } from './envelope-of.ts';
import { failureSchema } from './failure-schema.ts';
import { labCallSchema } from './lab-call.ts';
import { behaviourSchema } from './nat-report.ts';
import { expectedOutcomeSchema } from './scenario.ts';

const amount = z.int().min(0);
const endName = z.string().max(64);

const selectedEndSchema = z.object({ type: candidateTypeSchema, ...endpointSchema.shape });

/** Milliseconds from the order to start until each rung was reached; null: it was not. */
const milestonesSchema = z.object({
  /** S1: a candidate of the wanted type. */
  candidateMs: msSchema.nullable(),
  /** S2: ICE has found a pair. */
  iceMs: msSchema.nullable(),
  /** S3: DTLS stands. */
  dtlsMs: msSchema.nullable(),
  /** S4: a message has come back. */
  echoMs: msSchema.nullable(),
  /** S5: the other end's first media packet. */
  packetMs: msSchema.nullable().default(null),
  /** S6: its first decoded frame. */
  frameMs: msSchema.nullable().default(null),
  /** S7: five seconds of it without a freeze. */
  stableMs: msSchema.nullable().default(null),
});
export type LabMilestones = z.infer<typeof milestonesSchema>;

/** A candidate that one end has told the other (RFC 8839 §5.1). */
const toldCandidateSchema = z.object({
  ...selectedEndSchema.shape,
  protocol: z.enum(['udp', 'tcp']),
  /** Since the order to start. */
  atMs: msSchema,
});
export type LabCandidate = z.infer<typeof toldCandidateSchema>;
const toldCandidates = z.array(toldCandidateSchema).max(40);

const traffic = z.object({ packets: amount, bytes: amount });

export const labAttemptOutcomes = ['connected', 'failed', 'fault'] as const;

const attemptSchema = z.object({
  /** fault: the harness is to blame (DTLS, an agent that hung or died); no finding about the network. */
  outcome: z.enum(labAttemptOutcomes),
  /** Highest rung of the success ladder that the offering end reached. S5 to S7 are for media. */
  rung: rungSchema,
  milestones: milestonesSchema,
  /** As the offering end has it. */
  selected: z.object({ local: selectedEndSchema, remote: selectedEndSchema }).nullable(),
  /** By the offering end, and by the other; absent in reports of before. */
  candidates: z.tuple([toldCandidates, toldCandidates]).optional(),
  /** Connectivity checks sent by both ends, per remote address. */
  checks: z.array(z.record(z.string().max(64), amount)).max(2),
  /** Relayed paths: payload bytes through the allocations of both ends, as their client counted; null otherwise. */
  relayed: z.object({ sentBytes: amount, receivedBytes: amount }).nullable(),
  /**
   * Relayed paths in the kernel: what the server's namespace saw go out of the allocation of the offering end, and into
   * it. IP packets of UDP with their headers. Absent where nobody counted.
   */
  relayTraffic: z.object({ sent: traffic, received: traffic }).optional(),
  failure: failureSchema.nullable(),
  /** Where the scenario has a call and the attempt connected. */
  call: labCallSchema.optional(),
});
export type LabAttempt = z.infer<typeof attemptSchema>;

/** Of an attempt with its packets recorded, as one namespace on the way saw it. */
const packetSchema = z.object({
  /** Since the first packet of the attempt. */
  atMs: msSchema,
  /** `home0-host0`, `home0-box0`, `server`. */
  where: z.string().max(64),
  direction: z.enum(['in', 'out']),
  from: z.string().max(64),
  to: z.string().max(64),
  what: z.string().max(100),
});
export type LabPacket = z.infer<typeof packetSchema>;

export const labCellSchema = z.object({
  from: endName,
  to: endName,
  path: pathSchema,
  /** mesh: between the ends; sfu: udp; relay: between the ends and the TURN server. */
  transport: transportSchema,
  /** Attempts that say something about the network; those that the harness spoiled are in `faults`. */
  attempts: amount,
  succeeded: amount,
  faults: amount,
  /** Best rung reached. */
  rung: rungSchema,
  expected: expectedOutcomeSchema,
  /** file: written in the scenario · simulator: what the same cell does in the simulator. */
  expectedBy: z.enum(['file', 'simulator']),
  because: z.string().max(500).nullable(),
  /** Every attempt came out as expected; null: none says anything. */
  asExpected: z.boolean().nullable(),
  /** Of the attempts that succeeded, until a message came back (simulator: until ICE had a pair). */
  setupMs: z.object({ p50: msSchema, p95: msSchema }).nullable(),
  /** Of the last attempt that succeeded. */
  selectedPair: z.object({ local: selectedEndSchema, remote: selectedEndSchema }).nullable(),
  /** Of the last attempt that did not. */
  failure: failureSchema.nullable(),
  tries: z.array(attemptSchema).max(200),
  /** With --pcap: of one more attempt, made because these came out wrong; it does not count. */
  packets: z.array(packetSchema).max(400).optional(),
});
export type LabCell = z.infer<typeof labCellSchema>;

const siteSchema = z.object({
  name: endName,
  /** `EI/APD session preserving`, one word group per box, innermost first. */
  boxes: z.array(z.string().max(200)).max(8),
  /** What the packets before the run said the way out is; null: not asked (simulator). */
  measured: z
    .object({
      mapping: behaviourSchema,
      filtering: behaviourSchema,
      udp: z.enum(['open', 'blocked', 'inconclusive']),
    })
    .nullable(),
});

export const labReportBodySchema = z.object({
  scenario: z.object({ name: z.string().max(64), about: z.string().max(1000) }),
  /** kernel: namespaces, nftables and real agents · simulator: NATs in memory, a virtual clock, ICE reduced to its checks. */
  runner: z.enum(['kernel', 'simulator']),
  /** Why it was not the kernel; null where it was, or where the simulator was asked for. */
  whySimulated: z.string().max(500).nullable(),
  agent: z.string().max(200),
  server: z.string().max(200),
  sites: z.array(siteSchema).max(200),
  cells: z.array(labCellSchema).max(20_000),
  counts: z.object({
    cells: amount,
    asExpected: amount,
    unexpected: amount,
    /** Cells in which no attempt says anything. */
    undecided: amount,
    attempts: amount,
    faults: amount,
  }),
  timing: z.object({ buildMs: msSchema, verifyMs: msSchema, cellsMs: msSchema, totalMs: msSchema }),
  /** What this run could not do as the file says, and what that means. */
  notices: z.array(z.string().max(500)).max(50),
});
export type LabReportBody = z.infer<typeof labReportBodySchema>;

export const labReportSchema = envelopeOf('lab-report', labReportBodySchema);
export type LabReport = z.infer<typeof labReportSchema>;
