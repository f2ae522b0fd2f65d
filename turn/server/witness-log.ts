/**
 * What the server saw of those clients who asked it to look: which of their requests came, and which answers left. A
 * request belongs to a session by the first half of its transaction id, which only the session's client knows.
 */
import type { Endpoint } from '../../stun/endpoint.ts';
import { transactionKey } from '../../stun/message.ts';

/** Half of a transaction id: 48 bits nobody can guess; the other 48 stay random against forged answers. */
export const prefixBytes = 6;

export interface WitnessLimits {
  /** Sessions at the same time. */
  readonly sessions: number;
  /** Requests that a session remembers. */
  readonly sightings: number;
  readonly lifetimeMs: number;
}

/** A full log takes some 30 MB. */
export const defaultWitnessLimits: WitnessLimits = { sessions: 200, sightings: 600, lifetimeMs: 120_000 };

/** `elsewhere`: a linked host was ordered to answer. `failed`: this host would not send the answer. */
export type AnswerFate = 'left' | 'failed' | 'none' | 'elsewhere';

export interface WitnessSighting {
  readonly id: string;
  /** Since the session was opened. */
  readonly atMs: number;
  readonly at: Endpoint;
  readonly from: Endpoint;
  answer: AnswerFate;
  answeredFrom: Endpoint | null;
}

interface Session {
  readonly openedMs: number;
  readonly sightings: Map<string, WitnessSighting>;
  complete: boolean;
}

export class WitnessLog {
  readonly #limits: WitnessLimits;
  /** By prefix; in order of opening, which is the order of their ends. */
  readonly #sessions = new Map<string, Session>();

  constructor(limits: WitnessLimits = defaultWitnessLimits) {
    this.#limits = limits;
  }

  /** False: there are too many sessions, or this one exists. */
  open(nowMs: number, prefix: Uint8Array): boolean {
    this.#expire(nowMs);
    const key = transactionKey(prefix);
    if (this.#sessions.size >= this.#limits.sessions || this.#sessions.has(key)) return false;
    this.#sessions.set(key, { openedMs: nowMs, sightings: new Map(), complete: true });
    return true;
  }

  /** The same for another node, which may have to ask twice. */
  watch(nowMs: number, prefix: Uint8Array): boolean {
    return this.read(nowMs, prefix) !== null || this.open(nowMs, prefix);
  }

  /** Null: there is no such session, or it has ended. */
  read(
    nowMs: number,
    prefix: Uint8Array,
  ): { readonly complete: boolean; readonly sightings: readonly WitnessSighting[] } | null {
    this.#expire(nowMs);
    const session = this.#sessions.get(transactionKey(prefix));
    return session === undefined
      ? null
      : { complete: session.complete, sightings: [...session.sightings.values()] };
  }

  /** A request came; gives what is remembered of it, to be completed with its answer. Null: nobody asked to look. */
  arrived(nowMs: number, id: Uint8Array, at: Endpoint, from: Endpoint): WitnessSighting | null {
    const key = transactionKey(id);
    const session = this.#sessionOf(nowMs, key);
    if (session === null) return null;
    const known = session.sightings.get(key);
    // A copy that the network made, or one that was sent again: the first arrival stands.
    if (known !== undefined) return known;
    if (session.sightings.size >= this.#limits.sightings) {
      session.complete = false;
      return null;
    }
    const atMs = nowMs - session.openedMs;
    const sighting: WitnessSighting = { id: key, atMs, at, from, answer: 'none', answeredFrom: null };
    session.sightings.set(key, sighting);
    return sighting;
  }

  /** The host would not send the answer that was just given to it. */
  sendFailed(nowMs: number, id: Uint8Array): void {
    const key = transactionKey(id);
    const sighting = this.#sessionOf(nowMs, key)?.sightings.get(key);
    if (sighting !== undefined) sighting.answer = 'failed';
  }

  get size(): number {
    return this.#sessions.size;
  }

  #sessionOf(nowMs: number, id: string): Session | null {
    if (this.#sessions.size === 0) return null;
    const session = this.#sessions.get(id.slice(0, 2 * prefixBytes));
    return session === undefined || nowMs >= session.openedMs + this.#limits.lifetimeMs ? null : session;
  }

  #expire(nowMs: number): void {
    for (const [key, { openedMs }] of this.#sessions) {
      if (nowMs < openedMs + this.#limits.lifetimeMs) return;
      this.#sessions.delete(key);
    }
  }
}
