/** Handlers of sign-in, sessions, API keys and the audit log. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { accessOperations } from '../../contract/access/operations.ts';
import { mayDo, type Principal } from '../../contract/access.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Access } from '../access.ts';
import { fault } from '../fault.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { accessRequest, type CallerOf, eventOf } from '../plugins/access.ts';
import type { SignInDesk } from '../sign-in/sign-in-desk.ts';
import type { Store } from '../store/store.ts';
import type { Handlers } from './operations.ts';
import { clearCookie, setCookie } from './session-cookie.ts';

export interface AccessParts {
  readonly access: Access;
  readonly callerOf: CallerOf;
  readonly audit: AuditLog;
  readonly live: LiveHub;
  /** With an identity provider; null: there is none. */
  readonly signIn: SignInDesk | null;
  readonly store: Store;
  readonly now: () => Date;
}

export function accessHandlers(parts: AccessParts): Pick<Handlers, keyof typeof accessOperations> {
  const { access, callerOf, audit, live, store, now } = parts;
  const { keys, sessions } = access;
  const changed = () => live.broadcast({ type: 'access-changed' });

  /** The route has let him in. */
  const knownCaller = async (request: FastifyRequest): Promise<Principal> => {
    const principal = await callerOf(request);
    if (principal === null) throw fault('unauthorized');
    return principal;
  };

  return {
    me: async ({ request }) => ({ principal: await callerOf(request) }),

    login: async ({ body, request, reply }) => {
      const principal = access.holderOf(body.token);
      if (principal === null) {
        // Where loopback is trusted there is no token, and nothing to log in to.
        const caller = await callerOf(request);
        if (caller?.kind === 'local') return { principal: caller };
        await audit.refused({ ...eventOf(request), principal: null }, 'unauthorized');
        throw fault('unauthorized', undefined, 'token');
      }
      await audit.record({ ...eventOf(request), principal }, () =>
        startSession(parts, principal, request, reply),
      );
      return { principal };
    },

    logout: async ({ request, reply }) => {
      const principal = await callerOf(request);
      if (principal !== null && principal.kind !== 'local') {
        await audit.record({ ...eventOf(request), principal }, () =>
          access.endSession(accessRequest(request)),
        );
        changed();
      }
      reply.header('set-cookie', clearCookie());
      const next = principal?.kind === 'user' ? (parts.signIn?.endUrl() ?? null) : null;
      return { principal: null, next };
    },

    listSessions: async ({ request }) => {
      const own = await access.sessionOf(accessRequest(request), now().getTime());
      const all = await sessions.list(now());
      return {
        sessions: all.map(({ id, principal, createdAt, expiresAt }) => {
          const { kind, id: principalId, name, role, projects } = principal;
          return {
            id,
            who: { kind, id: principalId, name },
            role,
            projects,
            createdAt,
            expiresAt,
            isOwn: id === own?.id,
          };
        }),
      };
    },

    endSession: async ({ params }) => {
      if (!(await sessions.endById(params.id))) throw fault('not-found', `session ${params.id}`);
      changed();
      return { id: params.id };
    },

    listKeys: async () => ({ keys: await keys.list(now().getTime()) }),

    createKey: async ({ body, request }) => {
      const maker = await knownCaller(request);
      if (!mayDo(maker.role, body.role)) throw fault('forbidden', `your own role is ${maker.role}`, 'role');
      const made = await keys.create(body, maker, now());
      changed();
      return made;
    },

    withdrawKey: async ({ params }) => {
      const key = await keys.withdraw(params.id, now());
      if (key === null) throw fault('not-found', `key ${params.id}`);
      changed();
      return key;
    },

    listAudit: ({ query }) => store.access.audit.page(query),
  };
}

/** Somebody has proved who he is: from now on this browser is his. */
export async function startSession(
  { access, now }: Pick<AccessParts, 'access' | 'now'>,
  principal: Principal,
  request: FastifyRequest,
  reply: FastifyReply,
  isSecure = request.protocol === 'https',
): Promise<void> {
  const session = await access.startSession(principal, accessRequest(request), now().getTime());
  reply.header('set-cookie', setCookie(session, isSecure));
}
