/** Monitors: measurements that agents repeat, their history, and what it says about a server now. */
import { z } from 'zod';
import { idSchema, isoTimeSchema, msSchema, transportSchema } from '../basics.ts';
import { failureSchema } from '../failure-schema.ts';
import { rateSchema } from '../runs.ts';
import { pairPathSchema } from './job.ts';
import { regionSchema } from './vantage.ts';

/**
 * probe: Binding or Allocate, as `polynya probe` does · turn-check: the harmless checks · mesh: every two of the regions
 * connect to each other.
 */
export const monitorKinds = ['probe', 'turn-check', 'mesh'] as const;
export type MonitorKind = (typeof monitorKinds)[number];

const expectSchema = z.strictObject({
  /** A success that takes longer is degraded; null: any time is good. Set-up of the candidate or connection. */
  latencyMs: z.int().min(1).max(60_000).nullable().default(null),
  /** A certificate with fewer days left is degraded; null: only an expired one is noticed. */
  certificateDays: z.int().min(1).max(365).nullable().default(14),
});

/** A state changes only when `bad` of the last `of` results say so: a single lost packet wakes nobody. */
const dampingSchema = z
  .strictObject({ bad: z.int().min(1).max(10).default(2), of: z.int().min(1).max(10).default(3) })
  .refine(({ bad, of }) => bad <= of, { path: ['bad'], error: 'not more than `of`' });

const monitorBase = {
  name: z.string().trim().min(1).max(100),
  kind: z.enum(monitorKinds),
  /** Of the server list. mesh: null takes all enabled servers. */
  server: idSchema.nullable(),
  /** probe: the first URL of the server with each. turn-check: those of its TURN URLs. mesh: only `udp`. */
  transports: z.array(transportSchema).min(1).max(3),
  regions: z.array(regionSchema).min(1).max(50),
  /** mesh only. */
  paths: z.array(pairPathSchema).min(1).max(2),
  intervalSec: z.int().min(30).max(86_400),
  expect: expectSchema,
  damping: dampingSchema,
  paused: z.boolean(),
  /** On the status page, by its name. */
  public: z.boolean(),
};

export const webhookSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(500),
  /** Key of the signature; write-only. Absent in an update: as it was. */
  secret: z.string().min(16).max(200).optional(),
});

export const monitorInputSchema = z
  .strictObject({
    ...monitorBase,
    kind: monitorBase.kind.default('probe'),
    server: monitorBase.server.default(null),
    transports: monitorBase.transports.default(['udp']),
    paths: monitorBase.paths.default(['mesh']),
    intervalSec: monitorBase.intervalSec.default(300),
    expect: expectSchema.prefault({}),
    damping: dampingSchema.prefault({}),
    paused: monitorBase.paused.default(false),
    public: monitorBase.public.default(false),
    webhook: webhookSchema.nullable().default(null),
  })
  .refine(({ kind, server }) => kind === 'mesh' || server !== null, {
    path: ['server'],
    error: 'which server?',
  })
  .refine(({ kind, regions }) => kind !== 'mesh' || regions.length >= 2, {
    path: ['regions'],
    error: 'a mesh needs two regions',
  })
  .refine(({ kind, regions }) => kind !== 'mesh' || regions.length <= 12, {
    path: ['regions'],
    error: 'a mesh has at most twelve regions: every two of them connect',
  });
export type MonitorInput = z.infer<typeof monitorInputSchema>;

/** unknown: there is no fresh result; `reason` says why. */
export const monitorStates = ['up', 'degraded', 'down', 'unknown'] as const;
export const monitorStateSchema = z.enum(monitorStates);
export type MonitorState = z.infer<typeof monitorStateSchema>;

/** What is measured apart: of a monitor, one region (to one other) over one transport. */
const cellKey = {
  region: regionSchema,
  /** mesh: the region of the other end; null otherwise. */
  peer: regionSchema.nullable(),
  /** mesh: how they were to connect; null otherwise. */
  path: pairPathSchema.nullable(),
  transport: transportSchema,
} as const;
export const cellKeySchema = z.object(cellKey);
export type CellKey = z.infer<typeof cellKeySchema>;

/** Of one hour or day, or of a single result. `at` is the start (UTC); without results there is no point: a gap. */
export const monitorPointSchema = z.object({
  at: isoTimeSchema,
  attempts: z.int().min(0),
  succeeded: z.int().min(0),
  /** Of the successful ones; null: there is none. */
  p50Ms: msSchema.nullable(),
  p95Ms: msSchema.nullable(),
});
export type MonitorPoint = z.infer<typeof monitorPointSchema>;

export const monitorCellSchema = z.object({
  ...cellKey,
  /** The URL that is tried; null: mesh, or the server is gone or has none for this transport. */
  url: z.string().max(300).nullable(),
  state: monitorStateSchema,
  /** One sentence: why this state. */
  reason: z.string().max(500),
  /** Since when it has this state; null: from the beginning. */
  since: isoTimeSchema.nullable(),
  lastAt: isoTimeSchema.nullable(),
  /** Of the last 24 hours. */
  day: z.object({ rate: rateSchema, p50Ms: msSchema.nullable(), p95Ms: msSchema.nullable() }),
  /** The last 24 hours by the hour, oldest first. */
  hours: z.array(monitorPointSchema).max(25),
  /** Whole days until the certificate ends, negative after; null: none was seen. */
  certificateDays: z.int().nullable(),
  lastFailure: z.object({ at: isoTimeSchema, failure: failureSchema, run: idSchema.nullable() }).nullable(),
});
export type MonitorCell = z.infer<typeof monitorCellSchema>;

export const monitorViewSchema = z.object({
  id: idSchema,
  ...monitorBase,
  serverLabel: z.string().max(100).nullable(),
  createdAt: isoTimeSchema,
  webhook: z.object({ url: z.string().max(500), hasSecret: z.boolean() }).nullable(),
  /** The worst of its cells; paused: unknown. */
  state: monitorStateSchema,
  cells: z.array(monitorCellSchema),
});
export type MonitorView = z.infer<typeof monitorViewSchema>;

export const monitorHistoryQuerySchema = z.strictObject({
  /** result: each one, of the last 8 days at most. */
  bucket: z.enum(['result', 'hour', 'day']).default('hour'),
  region: regionSchema.optional(),
  transport: transportSchema.optional(),
  /** Absent: 1 day (result), 7 days (hour), 90 days (day) before `until`. */
  since: isoTimeSchema.optional(),
  /** Absent: now. */
  until: isoTimeSchema.optional(),
});
export type MonitorHistoryQuery = z.infer<typeof monitorHistoryQuerySchema>;

export const monitorEventSchema = z.object({
  ...cellKey,
  at: isoTimeSchema,
  from: monitorStateSchema,
  to: monitorStateSchema,
  reason: z.string().max(500),
  failure: failureSchema.nullable(),
  /** The stored report that shows it. */
  run: idSchema.nullable(),
});
export type MonitorEvent = z.infer<typeof monitorEventSchema>;

export const monitorHistorySchema = z.object({
  bucket: monitorHistoryQuerySchema.shape.bucket.unwrap(),
  since: isoTimeSchema,
  until: isoTimeSchema,
  series: z.array(z.object({ ...cellKey, total: rateSchema, points: z.array(monitorPointSchema) })),
  /** Newest first, at most 200. */
  events: z.array(monitorEventSchema).max(200),
});
export type MonitorHistory = z.infer<typeof monitorHistorySchema>;

/** Every two regions of the mesh monitors, one entry per direction and path; 24 hours. */
export const regionMatrixSchema = z.object({
  regions: z.array(regionSchema),
  cells: z.array(
    z.object({
      monitor: idSchema,
      ...cellKey,
      state: monitorStateSchema,
      rate: rateSchema,
      p50Ms: msSchema.nullable(),
      lastAt: isoTimeSchema.nullable(),
      /** The newest stored report. */
      run: idSchema.nullable(),
      lastFailure: monitorCellSchema.shape.lastFailure,
    }),
  ),
});
export type RegionMatrix = z.infer<typeof regionMatrixSchema>;

/** For everybody: no addresses, no URLs, no agents. */
export const publicStatusSchema = z.object({
  at: isoTimeSchema,
  monitors: z.array(
    z.object({
      name: z.string().max(100),
      state: monitorStateSchema,
      since: isoTimeSchema.nullable(),
      regions: z.array(z.object({ region: regionSchema, state: monitorStateSchema })),
      /** The last 90 days, oldest first, days without results left out. */
      days: z.array(z.object({ at: isoTimeSchema, attempts: z.int().min(0), succeeded: z.int().min(0) })),
    }),
  ),
});
export type PublicStatus = z.infer<typeof publicStatusSchema>;

/** The body of what is posted to a webhook. */
export const monitorNoticeSchema = z.object({
  type: z.literal('monitor-state'),
  version: z.literal(1),
  /** The same however often it is sent. */
  id: idSchema,
  at: isoTimeSchema,
  monitor: z.object({ id: idSchema, name: z.string().max(100) }),
  ...cellKey,
  from: monitorStateSchema,
  to: monitorStateSchema,
  /** What, since when, from where, and what mends it. */
  text: z.string().max(3000),
  failure: failureSchema.nullable(),
  /** Where it is shown, relative to the service. */
  page: z.string().max(200),
});
export type MonitorNotice = z.infer<typeof monitorNoticeSchema>;
