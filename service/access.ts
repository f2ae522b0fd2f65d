/** Who is an administrator, and which requests are believed at all. Pure: decides from what a request carries. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { hostOfHeader, isLoopbackAddress, isLoopbackName } from './loopback.ts';

export const sessionCookie = 'polynya_session';
/** How long a login lasts. */
export const sessionSec = 12 * 3600;

/** The parts of a request that access depends on. */
export interface AccessRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly peerAddress: string | undefined;
  readonly isWebSocket: boolean;
}

export type Refusal = 'host-not-allowed' | 'origin-not-allowed';

/**
 * With a token, an administrator proves to have it (header or cookie). Without one the service listens on loopback
 * only, and whoever reaches it from this machine is the administrator – so then the Host header must name this
 * machine, or any web page could reach it through a DNS name that it points at 127.0.0.1 (DNS rebinding).
 */
export class Access {
  readonly #token: string | null;

  /** @param token null: loopback is trusted */
  constructor(token: string | null) {
    this.#token = token;
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

  isAdmin(request: AccessRequest, nowMs: number): boolean {
    if (this.#token === null) {
      // A proxy on this machine also connects from loopback; what it forwards is not from this machine.
      const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some(
        (name) => request.headers[name] !== undefined,
      );
      return !forwarded && request.peerAddress !== undefined && isLoopbackAddress(request.peerAddress);
    }
    const bearer = bearerOf(header(request, 'authorization'));
    if (bearer !== null) return sameText(bearer, this.#token);
    const cookie = readCookie(header(request, 'cookie'), sessionCookie);
    return cookie !== null && this.#isValidSession(cookie, nowMs);
  }

  /** The value of the session cookie for the right token; null for a wrong one, or where no token is needed. */
  login(token: string, nowMs: number): string | null {
    if (this.#token === null || !sameText(token, this.#token)) return null;
    const expiresAtSec = Math.floor(nowMs / 1000) + sessionSec;
    return `${expiresAtSec}.${this.#sign(expiresAtSec)}`;
  }

  #isValidSession(cookie: string, nowMs: number): boolean {
    const match = /^(\d{1,12})\.([\w-]+)$/.exec(cookie);
    if (match?.[1] === undefined || match[2] === undefined) return false;
    const expiresAtSec = Number(match[1]);
    return expiresAtSec * 1000 > nowMs && sameText(match[2], this.#sign(expiresAtSec));
  }

  /** Keyed with the token: another token ends all sessions, and the cookie does not contain the token. */
  #sign(expiresAtSec: number): string {
    return createHmac('sha256', this.#token ?? '')
      .update(`polynya session until ${expiresAtSec}`)
      .digest('base64url');
  }
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

function readCookie(cookies: string | undefined, name: string): string | null {
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
