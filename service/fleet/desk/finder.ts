/**
 * Finds the node that has a room. It is asked for by the room’s subject; where nobody answers, the ledger says who wrote
 * last, and if that one is not there any more this node adopts the room. Pure.
 */
import type { RoomCall, RoomReply } from './fleet-messages.ts';
import type { FleetEffect } from './fleet-traffic.ts';
import type { KeptEntry } from './room-entry.ts';

/** Between two tries; the room may be changing hands just now. */
const retryMs = 100;
/** While the ledger does not answer. */
const unsureMs = 250;
/** One whose node is there, but that nobody answers for so often, is adopted all the same: the ledger decides. */
const patience = 5;

/**
 * here: this node has it, or is about to · replied: another one has it · closed: nobody will ever have it again ·
 * late: it could not be told in time.
 */
export type Found =
  | { readonly kind: 'here' }
  | { readonly kind: 'replied'; readonly reply: Exclude<RoomReply, { kind: 'moved' }> }
  | { readonly kind: 'closed' }
  | { readonly kind: 'late' };

interface Search {
  readonly key: string;
  readonly body: RoomCall;
  readonly endsMs: number;
  tries: number;
  /** calling: waits for a reply · looking: waits for the ledger · resting: until `retryAtMs`. */
  state: 'calling' | 'looking' | 'resting';
  call: string;
  retryAtMs: number;
}

export interface FinderOptions {
  readonly node: string;
  readonly isThere: (node: string) => boolean;
  readonly isHere: (room: string) => boolean;
  /** It is being read, or about to be. */
  readonly adopt: (room: string) => void;
  readonly emit: (effect: FleetEffect) => void;
  readonly onFound: (nowMs: number, key: string, found: Found) => void;
}

export class Finder {
  readonly #options: FinderOptions;
  readonly #searches = new Map<string, Search>();
  #nextCall = 1;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  nextDeadlineMs(): number | null {
    let next: number | null = null;
    for (const { state, retryAtMs, endsMs } of this.#searches.values()) {
      const dueMs = state === 'resting' ? Math.min(retryAtMs, endsMs) : endsMs;
      next = next === null ? dueMs : Math.min(next, dueMs);
    }
    return next;
  }

  /** @param key names the search; there must be none with it */
  start(nowMs: number, key: string, body: RoomCall, endsMs: number): void {
    const search: Search = { key, body, endsMs, tries: 0, state: 'resting', call: '', retryAtMs: nowMs };
    this.#searches.set(key, search);
    this.#try(nowMs, search);
  }

  stop(key: string): void {
    this.#searches.delete(key);
  }

  isSearching(key: string): boolean {
    return this.#searches.has(key);
  }

  replied(nowMs: number, call: string, reply: RoomReply): void {
    const search = this.#calling(call);
    if (search === undefined) return;
    if (reply.kind === 'moved') this.#rest(nowMs, search, retryMs);
    else this.#end(nowMs, search, { kind: 'replied', reply });
  }

  unreplied(call: string): void {
    const search = this.#calling(call);
    if (search === undefined) return;
    search.state = 'looking';
    this.#options.emit({ kind: 'last', room: search.body.room });
  }

  last(nowMs: number, room: string, last: KeptEntry | 'none' | 'unsure'): void {
    for (const search of this.#of(room)) {
      if (search.state !== 'looking') continue;
      if (last === 'unsure') this.#rest(nowMs, search, unsureMs);
      else if (last === 'none') this.#end(nowMs, search, { kind: 'closed' });
      else {
        const { owner } = last.entry;
        const { node, isThere } = this.#options;
        const isOrphan = owner === null || owner === node || !isThere(owner);
        this.#rest(nowMs, search, retryMs);
        if (isOrphan || search.tries >= patience) this.#options.adopt(room);
      }
    }
  }

  /** Something has changed about where the room is. */
  again(nowMs: number, room: string): void {
    for (const search of this.#of(room)) this.#try(nowMs, search);
  }

  closed(nowMs: number, room: string): void {
    for (const search of this.#of(room)) this.#end(nowMs, search, { kind: 'closed' });
  }

  due(nowMs: number): void {
    for (const search of [...this.#searches.values()]) {
      if (nowMs >= search.endsMs) this.#end(nowMs, search, { kind: 'late' });
      else if (search.state === 'resting' && nowMs >= search.retryAtMs) this.#try(nowMs, search);
    }
  }

  #try(nowMs: number, search: Search): void {
    if (this.#options.isHere(search.body.room)) {
      this.#end(nowMs, search, { kind: 'here' });
      return;
    }
    search.tries += 1;
    search.state = 'calling';
    search.call = `${this.#options.node}.${this.#nextCall}`;
    this.#nextCall += 1;
    this.#options.emit({ kind: 'call', call: search.call, body: search.body });
  }

  #rest(nowMs: number, search: Search, waitMs: number): void {
    search.state = 'resting';
    search.retryAtMs = nowMs + waitMs;
  }

  #end(nowMs: number, search: Search, found: Found): void {
    this.#searches.delete(search.key);
    this.#options.onFound(nowMs, search.key, found);
  }

  #calling(call: string): Search | undefined {
    for (const search of this.#searches.values()) {
      if (search.state === 'calling' && search.call === call) return search;
    }
    return undefined;
  }

  #of(room: string): Search[] {
    return [...this.#searches.values()].filter(({ body }) => body.room === room);
  }
}
