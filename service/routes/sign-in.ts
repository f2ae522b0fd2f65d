/** The two addresses of a sign-in with the identity provider. Browsers go there by themselves, no script calls them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditLog } from '../access/audit-log.ts';
import { type Access, readCookie } from '../access.ts';
import { RequestFault } from '../fault.ts';
import { eventOf } from '../plugins/access.ts';
import { callbackPath, signInPath } from '../sign-in/oidc-target.ts';
import type { SignInDesk } from '../sign-in/sign-in-desk.ts';
import { signInSec } from '../sign-in/sign-in-state.ts';
import { startSession } from './access-handlers.ts';

/** Holds the sealed beginning; see sign-in-state.ts. */
const beginningCookie = 'polynya_sign_in';

export interface SignInParts {
  readonly access: Access;
  readonly audit: AuditLog;
  readonly now: () => Date;
  /** Requests per minute and address, of each of the two. */
  readonly perMinute: number;
}

export function registerSignIn(app: FastifyInstance, desk: SignInDesk, parts: SignInParts): void {
  const { audit, perMinute } = parts;
  const isSecure = desk.offer.url.startsWith('https:');
  const options = {
    schema: { hide: true },
    config: { failurePage: true, rateLimit: { max: perMinute, timeWindow: 60_000 } },
  };

  app.get(signInPath, options, async (request, reply) => {
    const { location, cookie } = await desk.begin(queryOf(request).get('to') ?? undefined);
    return reply
      .header('set-cookie', beginningHeader(cookie, signInSec, isSecure))
      .header('cache-control', 'no-store')
      .redirect(location, 302);
  });

  app.get(callbackPath, options, async (request, reply) => {
    const event = { ...eventOf(request), principal: null };
    const cookie = readCookie(request.headers.cookie, beginningCookie);
    const finished = await desk.finish(queryOf(request), cookie).catch(async (error: unknown) => {
      if (error instanceof RequestFault) await audit.refused(event, error.failure.code);
      throw error;
    });
    if (!finished.ok) {
      await audit.refused({ ...event, principal: finished.who }, finished.why.failure.code);
      throw finished.why;
    }
    const { principal, location } = finished;
    await audit.record({ ...event, principal }, () =>
      startSession(parts, principal, request, reply, isSecure),
    );
    return reply
      .header('set-cookie', beginningHeader('', 0, isSecure))
      .header('cache-control', 'no-store')
      .redirect(location, 303);
  });

  // The service starts without the provider; each sign-in asks anew and says why it cannot be.
  app.addHook('onListen', () => {
    void desk.lookUpProvider().catch((error: unknown) => {
      const cause = error instanceof RequestFault ? { failure: error.failure } : { err: error };
      app.log.warn(cause, 'the identity provider cannot be used');
    });
    // While the store is away nobody signs in; each sign-in that a rule gives nothing says the same.
    void desk.unknownProjects().then(
      (projects) => {
        if (projects.length > 0)
          app.log.warn({ projects }, 'rules of oidc.roles name projects that are not there');
      },
      () => {},
    );
  });
}

function queryOf(request: FastifyRequest): URLSearchParams {
  const start = request.url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : request.url.slice(start));
}

/** `Lax`: the provider’s page leads back here, and `Strict` would leave the cookie out then. */
function beginningHeader(value: string, maxAgeSec: number, isSecure: boolean): string {
  const attributes = `Path=${callbackPath}; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSec}`;
  return `${beginningCookie}=${value}; ${attributes}${isSecure ? '; Secure' : ''}`;
}
