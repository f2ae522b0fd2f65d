/** The table of REST operations. The service registers it, clients call by it; both ends parse. `role`: who may. */
import { z } from 'zod';
import { accessOperations } from './access/operations.ts';
import { roleSchema } from './access/principal.ts';
import type { NeededRole } from './access.ts';
import { idSchema, isoTimeSchema } from './basics.ts';
import { breakdownQuerySchema, breakdownSchema } from './breakdown.ts';
import { nodeListSchema } from './bus.ts';
import { envelopeSchema } from './envelope.ts';
import { failureCodeSchema, failureSchema } from './failure-schema.ts';
import { fleetOperations } from './fleet/operations.ts';
import { historyQuerySchema, historySchema } from './history.ts';
import {
  linkInputSchema,
  linkViewSchema,
  newLinkSchema,
  visitorLinkSchema,
  visitProgressSchema,
} from './links.ts';
import { serverResultSchema } from './nat-report.ts';
import { signInOfferSchema } from './oidc.ts';
import { probeTestSchema, probeTests } from './probe-tests.ts';
import { roomOperations } from './room-operations.ts';
import {
  reportCodeSchema,
  runDetailSchema,
  runListSchema,
  runQuerySchema,
  successQuerySchema,
  successSeriesSchema,
} from './runs.ts';
import { iceServerSchema, serverInputSchema, serverViewSchema } from './servers.ts';
import { serverChecksSchema, turnCheckRequestSchema, turnCheckStateSchema } from './turn-checks.ts';
import { witnessRecordSchema, witnessSessionSchema } from './witness.ts';

/** Every error has this body. `field` names what is wrong in an invalid request. */
export const apiErrorSchema = z.object({
  error: failureSchema,
  field: z.string().nullable(),
  /** As in the header `x-request-id` and in the service’s log. Absent: an older release. */
  requestId: z.string().max(100).optional(),
});
export type ApiError = z.infer<typeof apiErrorSchema>;

const idParams = z.object({ id: idSchema });
const stored = z.object({ id: idSchema });
/** Whatever follows `/t/`: what is no token is as unknown as a wrong one. */
const tokenParams = z.object({ token: z.string().max(200) });

export const checkConfigSchema = z.object({
  iceServers: z.array(iceServerSchema),
  /** The echo peer’s WebSocket, relative to the page. */
  echoPath: z.string(),
  /** WebSocket of the NAT test, relative to the page; null: the service runs no STUN server to test with. */
  natPath: z.string().nullable(),
  /** True when at least one TURN server is configured, so the relay-only attempt makes sense. */
  hasRelay: z.boolean(),
  /** Addresses of the servers’ names, as this service resolves them; a name that it cannot resolve has none. */
  addresses: z.record(z.string().max(255), z.array(z.string().max(100)).max(16)),
});
export type CheckConfig = z.infer<typeof checkConfigSchema>;

/** What this service sees of the servers that it hands to browsers. */
export const ownViewSchema = z.object({
  /** Null: the operator has switched it off. */
  at: isoTimeSchema.nullable(),
  servers: z.array(serverResultSchema).max(100),
});
export type OwnView = z.infer<typeof ownViewSchema>;

export * from './probe-tests.ts';

export const probeRequestSchema = z.strictObject({
  /** Server ids; absent: all enabled ones. */
  servers: z.array(idSchema).max(50).optional(),
  tests: z.array(probeTestSchema).max(probeTests.length).optional(),
  /** Also measure how long an idle mapping lives, up to so many seconds; the probe takes that long. */
  lifetimeSec: z.int().min(15).max(300).optional(),
});
export type ProbeRequest = z.infer<typeof probeRequestSchema>;
export const probeStateSchema = z.object({
  id: idSchema,
  state: z.enum(['running', 'done', 'failed']),
  startedAt: isoTimeSchema,
  run: idSchema.nullable(),
  error: z.string().nullable(),
});
export type ProbeState = z.infer<typeof probeStateSchema>;

export const storeStateSchema = z.object({
  /** Since when the store does not answer, and why; null: it does. */
  away: z.object({ since: isoTimeSchema, reason: failureCodeSchema }).nullable(),
  /** Reports that wait for it on the disk of this service. */
  waiting: z.int().min(0),
});

export const serviceInfoSchema = z.object({
  version: z.string(),
  /** The embedded STUN server’s URI; null when it does not run. */
  embeddedStun: z.string().nullable(),
  /** The embedded server has a second address, so RFC 5780 tests work against it. */
  embeddedRfc5780: z.boolean(),
  /** What the caller may do; null: what anybody may. */
  role: roleSchema.nullable(),
  /** Sign-in with an identity provider; null: there is none. */
  signIn: signInOfferSchema.nullable(),
  /** Null: the store is away, nobody can count them. */
  runs: z.int().min(0).nullable(),
  store: storeStateSchema,
});
export type ServiceInfo = z.infer<typeof serviceInfoSchema>;

export const operations = {
  info: { method: 'GET', path: '/api/info', role: 'anyone', reply: serviceInfoSchema },
  checkConfig: { method: 'GET', path: '/api/check', role: 'anyone', reply: checkConfigSchema },
  /** The same servers, tried from this host at most once a minute: is it the server, or the visitor’s network? */
  ownView: { method: 'GET', path: '/api/check/servers', role: 'anyone', reply: ownViewSchema },
  /** The same report sent twice is stored once: the second reply carries the first one’s id. */
  addReport: {
    method: 'POST',
    path: '/api/reports',
    role: 'anyone',
    body: envelopeSchema,
    /** `code`: for visit reports. */
    reply: z.object({ id: idSchema, code: reportCodeSchema.nullable() }),
  },
  /** By the code that a visitor reads out; small letters, spaces and dashes do not matter. */
  findReport: {
    method: 'GET',
    path: '/api/reports',
    role: 'viewer',
    query: z.strictObject({ code: z.string().max(40) }),
    reply: stored,
  },
  listLinks: {
    method: 'GET',
    path: '/api/links',
    role: 'viewer',
    reply: z.object({ links: z.array(linkViewSchema) }),
  },
  createLink: {
    method: 'POST',
    path: '/api/links',
    role: 'operator',
    body: linkInputSchema,
    reply: newLinkSchema,
  },
  /** The link ends at once; its reports stay. */
  revokeLink: {
    method: 'DELETE',
    path: '/api/links/:id',
    role: 'operator',
    params: idParams,
    reply: linkViewSchema,
  },
  visitorLink: {
    method: 'GET',
    path: '/api/t/:token',
    role: 'anyone',
    params: tokenParams,
    reply: visitorLinkSchema,
  },
  linkCheckConfig: {
    method: 'GET',
    path: '/api/t/:token/check',
    role: 'anyone',
    params: tokenParams,
    reply: checkConfigSchema,
  },
  visitProgress: {
    method: 'POST',
    path: '/api/t/:token/progress',
    role: 'anyone',
    params: tokenParams,
    body: visitProgressSchema,
    reply: z.object({ visit: idSchema }),
  },
  /** For a probe that runs elsewhere; what it may send with the session’s prefix is then watched. */
  openWitness: { method: 'POST', path: '/api/witness', role: 'anyone', reply: witnessSessionSchema },
  /** Needs the session’s own token, not the administrator’s. */
  readWitness: {
    method: 'GET',
    path: '/api/witness/:id',
    role: 'anyone',
    params: idParams,
    reply: witnessRecordSchema,
  },
  listRuns: { method: 'GET', path: '/api/runs', role: 'viewer', query: runQuerySchema, reply: runListSchema },
  getRun: { method: 'GET', path: '/api/runs/:id', role: 'viewer', params: idParams, reply: runDetailSchema },
  /** Of a browser check: earlier ones of the same visitor, and what changed. */
  runHistory: {
    method: 'GET',
    path: '/api/runs/:id/history',
    role: 'viewer',
    params: idParams,
    query: historyQuerySchema,
    reply: historySchema,
  },
  deleteRun: { method: 'DELETE', path: '/api/runs/:id', role: 'admin', params: idParams, reply: stored },
  success: {
    method: 'GET',
    path: '/api/success',
    role: 'viewer',
    query: successQuerySchema,
    reply: successSeriesSchema,
  },
  breakdown: {
    method: 'GET',
    path: '/api/success/breakdown',
    role: 'viewer',
    query: breakdownQuerySchema,
    reply: breakdownSchema,
  },
  listServers: {
    method: 'GET',
    path: '/api/servers',
    role: 'viewer',
    reply: z.object({ servers: z.array(serverViewSchema) }),
  },
  addServer: {
    method: 'POST',
    path: '/api/servers',
    role: 'operator',
    body: serverInputSchema,
    reply: serverViewSchema,
  },
  updateServer: {
    method: 'PUT',
    path: '/api/servers/:id',
    role: 'operator',
    params: idParams,
    body: serverInputSchema,
    reply: serverViewSchema,
  },
  deleteServer: {
    method: 'DELETE',
    path: '/api/servers/:id',
    role: 'operator',
    params: idParams,
    reply: stored,
  },
  testServer: {
    method: 'POST',
    path: '/api/servers/:id/test',
    role: 'operator',
    params: idParams,
    reply: serverViewSchema,
  },
  startProbe: {
    method: 'POST',
    path: '/api/probes',
    role: 'operator',
    body: probeRequestSchema,
    reply: probeStateSchema,
  },
  getProbe: {
    method: 'GET',
    path: '/api/probes/:id',
    role: 'viewer',
    params: idParams,
    reply: probeStateSchema,
  },
  startTurnCheck: {
    method: 'POST',
    path: '/api/turn-checks',
    role: 'operator',
    body: turnCheckRequestSchema,
    reply: turnCheckStateSchema,
  },
  getTurnCheck: {
    method: 'GET',
    path: '/api/turn-checks/:id',
    role: 'viewer',
    params: idParams,
    reply: turnCheckStateSchema,
  },
  serverChecks: {
    method: 'GET',
    path: '/api/servers/:id/checks',
    role: 'viewer',
    params: idParams,
    reply: serverChecksSchema,
  },
  /** Who is in the fleet, with version and address. */
  listNodes: { method: 'GET', path: '/api/nodes', role: 'viewer', reply: nodeListSchema },
  ...roomOperations,
  ...fleetOperations,
  ...accessOperations,
} as const satisfies Readonly<
  Record<string, { readonly role: NeededRole; readonly [part: string]: unknown }>
>;
export type OperationName = keyof typeof operations;
