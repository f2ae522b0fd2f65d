/**
 * A room on the node that acts for it. Inputs wait until the ledger has them; only then they are taken, and what follows
 * from them is sent. So whatever a member has been told outlives this node, and a node whose room was adopted by another
 * one can do nothing more: the ledger refuses its entries. Pure.
 */
import type { FailureCode } from '../../../contract/failures.ts';
import type { RoomTicket } from '../../../contract/room.ts';
import { RoomDesk } from '../../rooms/room-desk.ts';
import type { RoomLimits } from '../../rooms/room-limits.ts';
import type { RoomEffect, RoomInput, RoomSpec } from '../../rooms/room-traffic.ts';
import { fitCopy } from './fit-copy.ts';
import type { KeptEntry, RoomEntry } from './room-entry.ts';

export type OwnedEffect =
  | { readonly kind: 'append'; readonly entry: RoomEntry; readonly after: number; readonly replaces: boolean }
  /** The answer was lost: is the last entry this one? */
  | { readonly kind: 'look' }
  /** What the room’s own machine wants done. */
  | { readonly kind: 'room'; readonly effect: Exclude<RoomEffect, { kind: 'refused' }> }
  /** What was asked for is done; `refusal` null: as it was asked. */
  | { readonly kind: 'done'; readonly ask: string; readonly refusal: Refusal | null }
  /** It is certain from now on that this node has the room. */
  | { readonly kind: 'sure'; readonly isAdopted: boolean }
  | { readonly kind: 'deposed' }
  | { readonly kind: 'released' };

export interface Refusal {
  readonly code: FailureCode;
  readonly detail: string;
}

interface Waiting {
  readonly input: RoomInput;
  /** Who waits for it; null: nobody does. */
  readonly ask: string | null;
}

/** The whole room is written anew after so many entries: that is what an adopter has to read. */
const entriesPerCopy = 64;
/** Of one entry; NATS takes messages of up to a mebibyte. */
const entryInputs = 100;
const entryCharacters = 250_000;
/** More inputs than this wait for nothing good: the ledger is away, or slower than the members. */
const maxWaiting = 2_000;
const retryMs = 250;

export interface OwnedRoomOptions {
  readonly node: string;
  readonly limits: RoomLimits;
  readonly emit: (effect: OwnedEffect) => void;
}

export class OwnedRoom {
  readonly id: string;
  readonly #options: OwnedRoomOptions;
  readonly #desk: RoomDesk;
  #revision: number;
  /** Time of the room at some time of this node. */
  #base: { readonly roomMs: number; readonly nowMs: number };
  #lastMs: number;
  #nextSocket = 1;
  #nextEntry = 1;
  #entries = 0;
  readonly #queue: Waiting[] = [];
  /** Written, or being written. */
  #pending: { readonly entry: RoomEntry; readonly batch: readonly Waiting[] } | null = null;
  /** When it is written again. */
  #retryAtMs: number | null = null;
  #isSure = false;
  #isAdopted = false;
  #stops = false;
  #isOver = false;

  private constructor(
    id: string,
    options: OwnedRoomOptions,
    revision: number,
    base: { roomMs: number; nowMs: number },
  ) {
    this.id = id;
    this.#options = options;
    this.#desk = new RoomDesk({ ...options.limits, rooms: 1 });
    this.#revision = revision;
    this.#base = base;
    this.#lastMs = base.roomMs;
  }

  static created(spec: RoomSpec, ask: string, nowMs: number, options: OwnedRoomOptions): OwnedRoom {
    const made = new OwnedRoom(spec.id, options, 0, { roomMs: 0, nowMs });
    made.feed(nowMs, { kind: 'create', room: spec }, ask);
    return made;
  }

  /** @param kept all entries, oldest first; null is returned when the room has ended with them */
  static adopted(
    id: string,
    kept: readonly [KeptEntry, ...KeptEntry[]],
    nowMs: number,
    options: OwnedRoomOptions,
  ): OwnedRoom | null {
    const last = kept[kept.length - 1] ?? kept[0];
    const roomMs = last.entry.atMs + Math.max(0, last.ageMs);
    const made = new OwnedRoom(id, options, last.revision, { roomMs, nowMs });
    for (const { entry } of kept) made.#replay(entry);
    if (made.#desk.room(id) === undefined) return null;
    made.#entries = kept.length;
    made.#isAdopted = true;
    made.#lastMs = last.entry.atMs;
    made.feed(nowMs, { kind: 'adopted' }, null);
    return made;
  }

  /** False: another node may have it. */
  get isSure(): boolean {
    return this.#isSure;
  }

  get isCrowded(): boolean {
    return this.#queue.length >= maxWaiting;
  }

  get ticket(): RoomTicket | null {
    return this.#desk.room(this.id)?.ticket() ?? null;
  }

  /** Id of the member; null: there is none with that session. */
  memberBy(session: string): string | null {
    return this.#desk.placeOf(session)?.seat.id ?? null;
  }

  nextDeadlineMs(): number | null {
    if (this.#pending !== null) return this.#retryAtMs;
    const dueMs = this.#desk.nextDeadlineMs();
    return dueMs === null ? null : this.#base.nowMs + (dueMs - this.#base.roomMs);
  }

  newSocket(): number {
    const socket = this.#nextSocket;
    this.#nextSocket += 1;
    return socket;
  }

  feed(nowMs: number, input: RoomInput, ask: string | null = null): void {
    let taken = input;
    if (isFleeting(input)) {
      // It changes nothing that another node would have to know, unless it is too much.
      const roomMs = this.#roomMs(nowMs);
      taken = this.#desk.weigh(roomMs, input);
      if (taken === input) {
        this.#tell(this.#desk.apply(roomMs, input));
        return;
      }
    }
    this.#queue.push({ input: taken, ask });
    this.#write(nowMs);
  }

  /** A new socket says hello. The two stay together: between them there is nothing to copy. */
  attach(nowMs: number, hello: Omit<Extract<RoomInput, { kind: 'said' }>, 'kind'>): void {
    this.#queue.push({ input: { kind: 'opened', socket: hello.socket }, ask: null });
    this.#queue.push({ input: { kind: 'said', ...hello }, ask: null });
    this.#write(nowMs);
  }

  due(nowMs: number): void {
    if (this.#retryAtMs !== null && nowMs >= this.#retryAtMs && this.#pending !== null) {
      this.#append(this.#pending.entry);
      return;
    }
    this.#write(nowMs);
  }

  appended(nowMs: number, id: string, revision: number): void {
    if (this.#pending?.entry.id !== id) return;
    const { entry, batch } = this.#pending;
    this.#pending = null;
    this.#retryAtMs = null;
    this.#revision = revision;
    this.#entries = entry.content.kind === 'copy' ? 1 : this.#entries + 1;
    if (entry.owner === null) {
      this.#options.emit({ kind: 'released' });
      return;
    }
    if (!this.#isSure) {
      this.#isSure = true;
      this.#options.emit({ kind: 'sure', isAdopted: this.#isAdopted });
    }
    for (const waiting of batch) this.#apply(entry.atMs, waiting);
    this.#write(nowMs);
  }

  unappended(nowMs: number, id: string, problem: 'conflict' | 'unsure'): void {
    if (this.#pending?.entry.id !== id) return;
    // Perhaps it was an earlier try of our own that is there.
    if (problem === 'conflict') this.#options.emit({ kind: 'look' });
    else this.#retryAtMs = nowMs + retryMs;
  }

  /** Answer to `look`. */
  looked(nowMs: number, last: KeptEntry | 'none' | 'unsure'): void {
    if (this.#pending === null) return;
    if (last === 'unsure') this.#retryAtMs = nowMs + retryMs;
    else if (last !== 'none' && last.entry.id === this.#pending.entry.id) {
      this.appended(nowMs, last.entry.id, last.revision);
    } else this.#options.emit({ kind: 'deposed' });
  }

  /** Writes what waits and then the whole room, for whoever adopts it. */
  release(nowMs: number): void {
    this.#stops = true;
    this.#write(nowMs);
  }

  /** Those who still wait for an answer. */
  get asks(): string[] {
    const waiting = [...(this.#pending?.batch ?? []), ...this.#queue];
    return waiting.flatMap(({ ask }) => (ask === null ? [] : [ask]));
  }

  #roomMs(nowMs: number): number {
    this.#lastMs = Math.max(this.#lastMs, this.#base.roomMs + (nowMs - this.#base.nowMs));
    return this.#lastMs;
  }

  #write(nowMs: number): void {
    if (this.#pending !== null || this.#isOver) return;
    const roomMs = this.#roomMs(nowMs);
    const dueMs = this.#desk.nextDeadlineMs();
    if (dueMs !== null && dueMs <= roomMs) this.#queue.unshift({ input: { kind: 'due' }, ask: null });
    if (this.#entries >= entriesPerCopy || (this.#stops && this.#queue.length === 0)) {
      const copy = this.#desk.copy(roomMs, this.id);
      if (copy !== null) {
        this.#propose(roomMs, { kind: 'copy', room: fitCopy(copy) }, []);
        return;
      }
    }
    const batch = this.#takeBatch(roomMs);
    if (batch.length === 0) return;
    this.#propose(roomMs, { kind: 'inputs', inputs: batch.map(({ input }) => input) }, batch);
  }

  #takeBatch(roomMs: number): Waiting[] {
    const batch: Waiting[] = [];
    let characters = 0;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      characters += JSON.stringify(next.input).length;
      const mayBreak = batch.length > 0 && batch.at(-1)?.input.kind !== 'opened';
      if (mayBreak && (batch.length >= entryInputs || characters > entryCharacters)) break;
      this.#queue.shift();
      batch.push({ ...next, input: this.#desk.weigh(roomMs, next.input) });
    }
    return batch;
  }

  #propose(atMs: number, content: RoomEntry['content'], batch: readonly Waiting[]): void {
    const isLast = this.#stops && content.kind === 'copy';
    const { node } = this.#options;
    const id = `${node}.${this.id}.${this.#nextEntry}`;
    this.#nextEntry += 1;
    const nextSocket = this.#nextSocket;
    const entry: RoomEntry = { version: 1, id, owner: isLast ? null : node, atMs, nextSocket, content };
    this.#pending = { entry, batch };
    this.#append(entry);
  }

  #append(entry: RoomEntry): void {
    this.#retryAtMs = null;
    const replaces = entry.content.kind === 'copy';
    this.#options.emit({ kind: 'append', entry, after: this.#revision, replaces });
  }

  #apply(atMs: number, { input, ask }: Waiting): void {
    const effects = this.#desk.apply(atMs, input);
    this.#tell(effects);
    const refusal = effects.find((effect) => effect.kind === 'refused') ?? null;
    if (ask !== null) this.#options.emit({ kind: 'done', ask, refusal });
  }

  #tell(effects: readonly RoomEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'ended') this.#isOver = true;
      if (effect.kind !== 'refused') this.#options.emit({ kind: 'room', effect });
    }
  }

  /** What followed from it has been done by another node. */
  #replay({ atMs, nextSocket, content }: RoomEntry): void {
    this.#nextSocket = nextSocket;
    if (content.kind === 'copy') this.#desk.restore(atMs, content.room);
    else for (const input of content.inputs) this.#desk.apply(atMs, input);
  }
}

function isFleeting(input: RoomInput): boolean {
  return input.kind === 'said' && (input.message.type === 'ping' || input.message.type === 'tell');
}
