import type { Endpoint } from '../../stun/endpoint.ts';
import type { FiveTuple } from '../server/five-tuple.ts';

export type Way = 'incoming' | 'outgoing';

/** What is remembered of one five-tuple. */
export interface ClientNote {
  /** The first client that was seen is 1. */
  readonly number: number;
  readonly tuple: FiveTuple;
  readonly firstMs: number;
  /** Null: no Allocate request has succeeded. */
  allocatedMs: number | null;
  username: string | null;
  /** As the client asked for them; whether the server bound them does not matter here. */
  readonly channels: Map<number, Endpoint>;
  /** Until when nothing passes. */
  readonly silentUntilMs: Record<Way, number>;
  /** The last nonce that it was given. */
  nonce: string | null;
  /** Fresh nonces made for it. */
  nonces: number;
}

/** More are forgotten, the oldest first. */
const maxNotes = 4096;
const maxChannels = 4096;

export class ClientNotes {
  readonly #notes = new Map<string, ClientNote>();
  #seen = 0;

  of(nowMs: number, tuple: FiveTuple): ClientNote {
    const known = this.#notes.get(tuple.key);
    if (known !== undefined) return known;
    this.#seen += 1;
    const note: ClientNote = {
      number: this.#seen,
      tuple,
      firstMs: nowMs,
      allocatedMs: null,
      username: null,
      channels: new Map(),
      silentUntilMs: { incoming: 0, outgoing: 0 },
      nonce: null,
      nonces: 0,
    };
    const oldest = this.#notes.keys().next().value;
    if (this.#notes.size >= maxNotes && oldest !== undefined) this.#notes.delete(oldest);
    this.#notes.set(tuple.key, note);
    return note;
  }

  /** A stream has ended. */
  forget(key: string): void {
    this.#notes.delete(key);
  }
}

export function noteChannel(note: ClientNote, channel: number, peer: Endpoint): void {
  if (note.channels.size < maxChannels) note.channels.set(channel, peer);
}
