/** The two addresses of a sign-in with the identity provider. Browsers go there by themselves, no script calls them. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../contract/access.ts';
import { readCookie } from '../access.ts';
import { callbackPath, signInPath } from '../sign-in/oidc-target.ts';
import type { SignInDesk } from '../sign-in/sign-in-desk.ts';
import { signInSec } from '../sign-in/sign-in-state.ts';

/** Holds the sealed beginning; see sign-in-state.ts. */
const beginningCookie = 'polynya_sign_in';

export interface SignInRoutes {
  readonly desk: SignInDesk;
  /** Requests per minute and address, of each of the two. */
  readonly perMinute: number;
  /** Makes the session and its cookie, and ends one that the browser had. */
  readonly startSession: (principal: Principal, request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

export function registerSignIn(app: FastifyInstance, { desk, perMinute, startSession }: SignInRoutes): void {
  const options = {
    schema: { hide: true },
    config: { failurePage: true, rateLimit: { max: perMinute, timeWindow: 60_000 } },
  };
  const isSecure = desk.offer.url.startsWith('https:');
  app.get(signInPath, options, async (request, reply) => {
    const { location, cookie } = await desk.begin(queryOf(request).get('to') ?? undefined);
    return reply
      .header('set-cookie', beginningHeader(cookie, signInSec, isSecure))
      .header('cache-control', 'no-store')
      .redirect(location, 302);
  });
  app.get(callbackPath, options, async (request, reply) => {
    const cookie = readCookie(request.headers.cookie, beginningCookie);
    const { principal, location } = await desk.finish(queryOf(request), cookie);
    await startSession(principal, request, reply);
    return reply
      .header('set-cookie', beginningHeader('', 0, isSecure))
      .header('cache-control', 'no-store')
      .redirect(location, 303);
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
