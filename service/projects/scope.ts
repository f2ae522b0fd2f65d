/** Which projects a request is about: those that its sender sees, or the one of them that it names. */
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../contract/access.ts';
import { defaultProject, projectHeader } from '../../contract/projects.ts';
import { fault } from '../fault.ts';
import type { CallerOf } from '../plugins/access.ts';
import type { Reads } from '../store/projects-read.ts';

/** What somebody is told of. */
export interface Sight {
  readonly reads: Reads;
  /** What belongs to no project as well. */
  readonly isWhole: boolean;
}

export interface Scope extends Sight {
  /** What is made belongs to it. */
  readonly writes: string;
}

/** Throws `not-found` for a project that the sender does not see, as for one that is not there. */
export type ScopeOf = (request: FastifyRequest) => Promise<Scope>;

export function scopesBy(callerOf: CallerOf): ScopeOf {
  return async (request) => scopeFor(await callerOf(request), projectNamedBy(request));
}

/** Whoever the service does not know sees nothing, and what they send belongs to the default project. */
export function scopeFor(principal: Principal | null, wanted: string | null): Scope {
  if (principal === null) return { reads: [], isWhole: false, writes: defaultProject };
  const { projects } = principal;
  const isWhole = projects === 'all';
  if (wanted === null) {
    const [first = defaultProject] = isWhole ? [] : projects;
    return { reads: projects, isWhole, writes: first };
  }
  if (!isWhole && !projects.includes(wanted)) throw fault('not-found', `project ${wanted}`);
  return { reads: [wanted], isWhole, writes: wanted };
}

export function sees(reads: Reads, project: string): boolean {
  return reads === 'all' || reads.includes(project);
}

/** A browser cannot add headers to the request for a WebSocket: there it stands in the address. */
export function projectNamedBy({ headers, query }: FastifyRequest): string | null {
  const named = headers[projectHeader];
  if (typeof named === 'string') return named;
  const inAddress: unknown =
    headers.upgrade !== undefined && typeof query === 'object' && query !== null
      ? Reflect.get(query, 'project')
      : undefined;
  return typeof inAddress === 'string' ? inAddress : null;
}
