/** Whom a request speaks for, and which requests are believed at all. Decides from what a request carries. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { keyPrefix } from '../contract/access/keys.ts';
import type { Principal } from '../contract/access.ts';
import { Keys } from './access/keys.ts';
import { Sessions } from './access/sessions.ts';
import { hostOfHeader, isLoopbackAddress, isLoopbackName } from './loopback.ts';
import type { AccessStore } from './store/access/access-store.ts';
import type { StoredSession } from './store/access/session-queries.ts';

export const sessionCookie = 'polynya_session';

/** The parts of a request that access depends on. */
export interface AccessRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly peerAddress: string | undefined;
  readonly isWebSocket: boolean;
}

export type Refusal = 'host-not-allowed' | 'origin-not-allowed';

const localPerson: Principal = {
  kind: 'local',
  id: 'local',
  name: 'this machine',
  role: 'admin',
  projects: 'all',
};
const tokenHolder: Principal = {
  kind: 'token',
  id: 'token',
  name: 'admin token',
  role: 'admin',
  projects: 'all',
};

/**
 * Somebody proves who he is by the admin token or an API key (header), or by a session (cookie). Without a token the
 * service listens on loopback only, and whoever reaches it from this machine is the administrator – so then the Host
 * header must name this machine, or any web page could reach it through a DNS name that it points at 127.0.0.1 (DNS
 * rebinding).
 */
export class Access {
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly #token: string | null;

  /** @param token null: loopback is trusted */
  constructor(token: string | null, store: AccessStore) {
    this.#token = token;
    this.keys = new Keys(store.keys);
    this.sessions = new Sessions(store.sessions, token);
  }

  /** Why this request is refused before anything else is looked at; null: go on. */
  refusal(request: AccessRequest): Refusal | null {
    if (this.#token === null) {
      const host = hostOfHeader(header(request, 'host'));
      if (host === null || !isLoopbackName(host)) return 'host-not-allowed';
    }
    const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    if ((changes || request.isWebSocket) && comesFromElsewhere(request)) return 'origin-not-allowed';
    return null;
  }

  /** Null: nobody whom the service knows. */
  async principalOf(request: AccessRequest, nowMs: number): Promise<Principal | null> {
    const bearer = bearerOf(header(request, 'authorization'));
    if (bearer !== null) {
      if (this.#token !== null && sameText(bearer, this.#token)) return tokenHolder;
      if (bearer.startsWith(keyPrefix)) return this.keys.holderOf(bearer, nowMs);
      // Whoever shows a wrong token is not let in by a cookie that came along.
      if (this.#token !== null) return null;
    }
    const signedIn = await this.sessionOf(request, nowMs);
    return signedIn?.principal ?? (this.#token === null && isFromHere(request) ? localPerson : null);
  }

  /** Who holds the admin token; null: it is not this one, or none is needed. */
  holderOf(token: string): Principal | null {
    return this.#token !== null && sameText(token, this.#token) ? tokenHolder : null;
  }

  /**
   * What the cookie is to hold for somebody who has just proved who he is. It is new each time, and what the browser
   * had before is worth nothing from now on: nobody can sign somebody else in to a session that he knows (fixation).
   */
  async startSession(principal: Principal, request: AccessRequest, nowMs: number): Promise<string> {
    await this.endSession(request);
    return this.sessions.start(principal, nowMs);
  }

  async endSession(request: AccessRequest): Promise<void> {
    const cookie = cookieOf(request);
    if (cookie !== null) await this.sessions.end(cookie);
  }

  /** That of the browser that asks. */
  async sessionOf(request: AccessRequest, nowMs: number): Promise<StoredSession | null> {
    const cookie = cookieOf(request);
    return cookie === null ? null : this.sessions.find(cookie, nowMs);
  }
}

function cookieOf(request: AccessRequest): string | null {
  return readCookie(header(request, 'cookie'), sessionCookie);
}

/** A proxy on this machine also connects from loopback; what it forwards is not from this machine. */
function isFromHere({ headers, peerAddress }: AccessRequest): boolean {
  const signs = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
  const forwarded = signs.some((name) => headers[name] !== undefined);
  return !forwarded && peerAddress !== undefined && isLoopbackAddress(peerAddress);
}

function header(request: AccessRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Browsers say where a request comes from; other programs say nothing and carry no cookies of a browser. */
function comesFromElsewhere(request: AccessRequest): boolean {
  const origin = header(request, 'origin');
  if (origin === undefined) return header(request, 'sec-fetch-site') === 'cross-site';
  // Scheme aside: behind a proxy that ends TLS the two differ in it.
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match?.[1]?.toLowerCase() !== header(request, 'host')?.toLowerCase();
}

export function readCookie(cookies: string | undefined, name: string): string | null {
  for (const part of (cookies ?? '').split(';')) {
    const split = part.indexOf('=');
    if (split > 0 && part.slice(0, split).trim() === name) return part.slice(split + 1).trim();
  }
  return null;
}

/** The token of an `Authorization: Bearer …` header (RFC 6750 §2.1). */
export function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** Constant time; hashing first makes the lengths equal. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
