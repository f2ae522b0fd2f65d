/**
 * A sign-in that has begun: what the callback is compared with. It is kept in a sealed cookie of the browser that began
 * it, so no stranger can fill the service’s memory with beginnings, and any node of a fleet can take the callback.
 */
import { z } from 'zod';
import { sameText } from '../access.ts';
import type { Seal } from './seal.ts';

/** From the beginning to the callback: logging in at the provider takes its time. */
export const signInSec = 600;
/** Callbacks that are remembered so as to be taken once; beyond that the oldest is forgotten. */
const mostUsed = 10_000;

const beginningSchema = z.object({
  /** Comes back with the callback (RFC 6749 §10.12). */
  state: z.string(),
  /** Comes back in the ID token (OIDC Core §3.1.2.1). */
  nonce: z.string(),
  /** Of PKCE (RFC 7636 §4.1). */
  verifier: z.string(),
  to: z.string(),
  untilMs: z.number(),
});
export type Beginning = z.infer<typeof beginningSchema>;

export type Opened =
  | { readonly ok: true; readonly beginning: Beginning }
  | { readonly ok: false; readonly why: string };

export class SignInStates {
  readonly #seal: Seal;
  /** State to the moment when it is too old anyway. */
  readonly #used = new Map<string, number>();

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** The value of the cookie. */
  keep(beginning: Beginning): string {
    return this.#seal.seal(JSON.stringify(beginning));
  }

  /**
   * Takes a callback once. (A node that did not see the first one leaves it to the provider, which takes a code once:
   * RFC 6749 §4.1.2.)
   */
  take(cookie: string | null, state: string | null, nowMs: number): Opened {
    const text = cookie === null ? null : this.#seal.open(cookie);
    if (text === null) return { ok: false, why: 'this browser has begun none' };
    const beginning = beginningSchema.parse(JSON.parse(text));
    if (beginning.untilMs <= nowMs) return { ok: false, why: 'it has taken too long' };
    if (state === null || !sameText(state, beginning.state)) {
      return { ok: false, why: 'the answer belongs to another one' };
    }
    if (this.#used.has(state)) return { ok: false, why: 'its answer was used already' };
    this.#remember(beginning, nowMs);
    return { ok: true, beginning };
  }

  #remember({ state, untilMs }: Beginning, nowMs: number): void {
    // The oldest stand first, and all of them live equally long.
    for (const [oldest, endMs] of this.#used) {
      if (endMs > nowMs && this.#used.size < mostUsed) break;
      this.#used.delete(oldest);
    }
    this.#used.set(state, untilMs);
  }
}
