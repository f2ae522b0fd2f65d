import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type RouteRow, routeRow } from '../../contract/access/routes.ts';
import { mayDo, type NeededRole, type Principal } from '../../contract/access.ts';
import { idSchema } from '../../contract/basics.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Access, AccessRequest } from '../access.ts';
import { fault, type RequestFault } from '../fault.ts';
import type { EmbedPolicy } from './embedding.ts';

/** What of a request decides about access. */
export function accessRequest(request: FastifyRequest): AccessRequest {
  return {
    method: request.method,
    headers: request.headers,
    peerAddress: request.ip,
    isWebSocket: request.headers.upgrade?.toLowerCase() === 'websocket',
  };
}

/** Who sends a request. It is found out once, and only where somebody asks. */
export type CallerOf = (request: FastifyRequest) => Promise<Principal | null>;

export function callersBy(access: Access, now: () => Date): CallerOf {
  const known = new WeakMap<FastifyRequest, Promise<Principal | null>>();
  return (request) => {
    const found = known.get(request) ?? access.principalOf(accessRequest(request), now().getTime());
    known.set(request, found);
    return found;
  };
}

/** Why somebody may not do what needs that role; null: he may. */
export function refusalOf(principal: Principal | null, needed: NeededRole): RequestFault | null {
  if (mayDo(principal?.role ?? null, needed)) return null;
  if (principal === null) return fault('unauthorized');
  return fault('forbidden', `needed: ${needed}; the role of ${principal.name}: ${principal.role}`);
}

export interface GuardParts {
  readonly access: Access;
  readonly callerOf: CallerOf;
  readonly audit: AuditLog;
  readonly embedding: EmbedPolicy;
}

/** Refuses requests under a foreign Host or from a foreign page, before anything else is done for them. */
export function guardRequests(app: FastifyInstance, { access, audit, embedding }: GuardParts): void {
  app.addHook('onRequest', async (request) => {
    const refusal = access.refusal(accessRequest(request));
    if (refusal === null) return;
    const path = request.url.split('?')[0] ?? '';
    if (refusal === 'origin-not-allowed' && embedding.admits(request.headers.origin, path)) return;
    await audit.refused({ ...eventOf(request), principal: null }, refusal);
    const { host, origin } = request.headers;
    throw fault(
      refusal,
      refusal === 'host-not-allowed' ? (host ?? 'no Host header') : (origin ?? 'cross-site'),
    );
  });
}

/**
 * Lets each route be used by those whose role suffices. To be called before any route is added; one that the contract has
 * no row for cannot be added. `preParsing`: after the rate limit, so that guesses are counted, and before the body is read.
 */
export function guardRoutes(app: FastifyInstance, { callerOf, audit }: GuardParts): void {
  const guardOf = (row: RouteRow) => async (request: FastifyRequest) => {
    const principal = await callerOf(request);
    const refused = refusalOf(principal, row.role);
    if (refused === null) return;
    await audit.refused({ ...eventOf(request), principal }, refused.failure.code);
    throw refused;
  };
  app.addHook('onRoute', (route) => {
    const rows = [route.method].flat().map((method) => rowOf(method, route.url));
    const row = rows.find(({ role }) => role !== 'anyone');
    if (row === undefined) return;
    const { preParsing = [] } = route;
    route.preParsing = [guardOf(row), ...[preParsing].flat()];
  });
}

/** What of a request stands in the audit log. */
export function eventOf(request: FastifyRequest) {
  const row = routeRow(request.method, request.routeOptions.url ?? '');
  return { operation: row?.name ?? 'unknown', target: targetOf(request), requestId: request.id };
}

/** Does what a request asks for, between an entry of the audit log and its outcome. */
export async function record<T>(
  { callerOf, audit }: Pick<GuardParts, 'callerOf' | 'audit'>,
  request: FastifyRequest,
  act: () => T | Promise<T>,
): Promise<T> {
  return audit.record({ ...eventOf(request), principal: await callerOf(request) }, act);
}

/** Other parts of a path may be secrets. */
const targetParams = z.object({
  id: idSchema.optional(),
  stream: idSchema.optional(),
  member: idSchema.optional(),
});

function targetOf({ params }: FastifyRequest): string | null {
  const { data = {} } = targetParams.safeParse(params);
  return Object.values(data).join('/') || null;
}

function rowOf(method: string, path: string): RouteRow {
  const row = routeRow(method, path);
  if (row === null)
    throw new Error(`${method} ${path}: contract/access/routes.ts does not say who may use it`);
  return row;
}
