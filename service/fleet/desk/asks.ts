/** What HTTP asks of rooms, here or on another node, until it is answered. Pure. */
import type { RoomInput, RoomSpec } from '../../rooms/room-traffic.ts';
import type { Finder, Found } from './finder.ts';
import type { AskOutcome, RoomAsk, RoomCall } from './fleet-messages.ts';
import type { FleetEffect } from './fleet-traffic.ts';
import type { Refusal } from './owned-room.ts';
import type { OwnedRooms } from './owned-rooms.ts';

/** HTTP does not wait longer. */
const askMs = 4_000;

interface Pending {
  readonly key: string;
  readonly room: string;
  /** Null: the room is being created. */
  readonly ask: RoomAsk | null;
  readonly endsMs: number;
  /** Of a call by another node; else of HTTP here. */
  readonly call: string | null;
  readonly id: string;
}

export interface AsksOptions {
  readonly rooms: OwnedRooms;
  readonly finder: Finder;
  readonly emit: (effect: FleetEffect) => void;
}

type AskCall = Extract<RoomCall, { kind: 'ask' }>;

const away: AskOutcome = { kind: 'refused', code: 'fleet-away', detail: '' };

export class Asks {
  readonly #options: AsksOptions;
  readonly #pending = new Map<string, Pending>();

  constructor(options: AsksOptions) {
    this.#options = options;
  }

  nextDeadlineMs(): number | null {
    // All have the same time, so the first one is the next one.
    for (const { endsMs } of this.#pending.values()) return endsMs;
    return null;
  }

  create(nowMs: number, id: string, spec: RoomSpec): void {
    const { key } = this.#add(nowMs, { id, room: spec.id, ask: null, call: null });
    this.#options.rooms.create(nowMs, spec, key);
  }

  own(nowMs: number, id: string, room: string, ask: RoomAsk): void {
    this.#find(nowMs, this.#add(nowMs, { id, room, ask, call: null }));
  }

  /** Another node asks, and the room is here. */
  called(nowMs: number, call: string, { id, room, ask }: AskCall): void {
    this.#perform(nowMs, this.#add(nowMs, { id, room, ask, call }));
  }

  /** Of a search that was begun here; false: it is not about an ask. */
  found(nowMs: number, key: string, found: Found): boolean {
    const pending = this.#pending.get(key);
    if (pending === undefined) return false;
    if (found.kind === 'here') this.#perform(nowMs, pending);
    else if (found.kind === 'closed')
      this.#finish(pending, { kind: 'refused', code: 'room-closed', detail: '' });
    else if (found.kind === 'late' || found.reply.kind === 'attached') this.#finish(pending, away);
    else this.#finish(pending, found.reply);
    return true;
  }

  done(key: string, refusal: Refusal | null): void {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    const ticket = this.#options.rooms.get(pending.room)?.ticket ?? null;
    if (refusal === null) this.#finish(pending, { kind: 'done', ticket, member: null });
    else this.#finish(pending, { kind: 'refused', code: refusal.code, detail: refusal.detail });
  }

  /** It is certain that the room is here: what only looks at it can be answered. */
  sure(nowMs: number, room: string): void {
    for (const pending of this.#of(room)) {
      if (isLook(pending.ask)) this.#perform(nowMs, pending);
    }
  }

  /** The room is on another node now. */
  lost(nowMs: number, room: string): void {
    for (const pending of this.#of(room)) {
      if (pending.call === null) this.#find(nowMs, pending);
      else {
        this.#pending.delete(pending.key);
        this.#options.emit({ kind: 'reply', call: pending.call, reply: { kind: 'moved' } });
      }
    }
  }

  due(nowMs: number): void {
    for (const pending of [...this.#pending.values()]) {
      if (nowMs >= pending.endsMs) this.#finish(pending, away);
    }
  }

  #add(nowMs: number, pending: Omit<Pending, 'key' | 'endsMs'>): Pending {
    const key = pending.call === null ? `ask ${pending.id}` : `call ${pending.call}`;
    const added: Pending = { ...pending, key, endsMs: nowMs + askMs };
    this.#pending.set(key, added);
    return added;
  }

  #find(nowMs: number, { key, id, room, ask, endsMs }: Pending): void {
    if (ask !== null) this.#options.finder.start(nowMs, key, { kind: 'ask', room, id, ask }, endsMs);
  }

  #perform(nowMs: number, pending: Pending): void {
    const { rooms } = this.#options;
    const { key, room, ask } = pending;
    const owned = rooms.get(room);
    if (owned === undefined || ask === null) return;
    if (isLook(ask)) {
      if (!owned.isSure) return;
      const member = ask.kind === 'member-by' ? owned.memberBy(ask.session) : null;
      this.#finish(pending, { kind: 'done', ticket: owned.ticket, member });
      return;
    }
    const input: RoomInput = { ...ask, room };
    rooms.feed(nowMs, room, input, key);
  }

  #finish({ key, call, id }: Pending, outcome: AskOutcome): void {
    this.#pending.delete(key);
    this.#options.finder.stop(key);
    if (call === null) this.#options.emit({ kind: 'answer', id, outcome });
    else this.#options.emit({ kind: 'reply', call, reply: outcome });
  }

  /** Those that wait for the room, and do not look for it. */
  #of(room: string): Pending[] {
    const { finder } = this.#options;
    return [...this.#pending.values()].filter((each) => each.room === room && !finder.isSearching(each.key));
  }
}

function isLook(ask: RoomAsk | null): ask is Extract<RoomAsk, { kind: 'view' | 'member-by' }> {
  return ask?.kind === 'view' || ask?.kind === 'member-by';
}
