/** The rooms that this node acts for, or is about to. Pure. */
import { ExpiryQueue } from '../../../turn/server/expiry-queue.ts';
import type { RoomInput, RoomSpec } from '../../rooms/room-traffic.ts';
import type { FleetEffect } from './fleet-traffic.ts';
import { type OwnedEffect, OwnedRoom, type OwnedRoomOptions } from './owned-room.ts';
import type { KeptEntry } from './room-entry.ts';

export interface OwnedRoomsOptions extends Omit<OwnedRoomOptions, 'emit'> {
  readonly emit: (effect: FleetEffect) => void;
  readonly onEffect: (room: string, effect: Exclude<OwnedEffect, { kind: 'append' | 'look' }>) => void;
}

export class OwnedRooms {
  readonly #options: OwnedRoomsOptions;
  readonly #rooms = new Map<string, OwnedRoom>();
  /** Asked of the ledger, to be adopted. */
  readonly #reading = new Set<string>();
  /** When the queue looks at each next; absent: it does not. */
  readonly #watched = new Map<OwnedRoom, number>();
  readonly #due = new ExpiryQueue<OwnedRoom>((room) => {
    const dueMs = this.has(room) ? room.nextDeadlineMs() : null;
    if (dueMs === null) this.#watched.delete(room);
    else this.#watched.set(room, dueMs);
    return dueMs;
  });

  constructor(options: OwnedRoomsOptions) {
    this.#options = options;
  }

  get all(): OwnedRoom[] {
    return [...this.#rooms.values()];
  }

  get(id: string): OwnedRoom | undefined {
    return this.#rooms.get(id);
  }

  has(room: OwnedRoom): boolean {
    return this.#rooms.get(room.id) === room;
  }

  nextDeadlineMs(): number | null {
    return this.#due.nextMs();
  }

  create(nowMs: number, spec: RoomSpec, ask: string): void {
    const { node, limits } = this.#options;
    this.#add(OwnedRoom.created(spec, ask, nowMs, { node, limits, emit: this.#emitOf(spec.id) }));
  }

  /** Begins to adopt it. */
  read(id: string): void {
    if (this.#rooms.has(id) || this.#reading.has(id)) return;
    this.#reading.add(id);
    this.#options.emit({ kind: 'read', room: id });
  }

  /** What the ledger has of it; null: it does not say. `ended`: the room is no more. */
  readDone(nowMs: number, id: string, kept: readonly KeptEntry[] | null): 'adopted' | 'ended' | 'unsure' {
    this.#reading.delete(id);
    if (this.#rooms.has(id)) return 'adopted';
    if (kept === null) return 'unsure';
    const [first, ...others] = kept;
    if (first === undefined) return 'ended';
    const { node, limits } = this.#options;
    const room = OwnedRoom.adopted(id, [first, ...others], nowMs, { node, limits, emit: this.#emitOf(id) });
    if (room === null) {
      this.#options.emit({ kind: 'erase', room: id });
      return 'ended';
    }
    this.#add(room);
    return 'adopted';
  }

  feed(nowMs: number, id: string, input: RoomInput, ask: string | null = null): void {
    this.act(id, (room) => room.feed(nowMs, input, ask));
  }

  /** Does something with the room, if it is here, and sees to its deadline. */
  act(id: string, act: (room: OwnedRoom) => void): void {
    const room = this.#rooms.get(id);
    if (room === undefined) return;
    act(room);
    this.#watch(room);
  }

  drop(id: string): void {
    const room = this.#rooms.get(id);
    if (room !== undefined) this.#watched.delete(room);
    this.#rooms.delete(id);
  }

  due(nowMs: number): void {
    for (const room of this.#due.takeDue(nowMs)) {
      this.#watched.delete(room);
      room.due(nowMs);
      this.#watch(room);
    }
  }

  #add(room: OwnedRoom): void {
    this.#rooms.set(room.id, room);
    this.#watch(room);
  }

  #watch(room: OwnedRoom): void {
    const dueMs = this.has(room) ? room.nextDeadlineMs() : null;
    if (dueMs === null || dueMs >= (this.#watched.get(room) ?? Number.POSITIVE_INFINITY)) return;
    this.#due.add(room);
  }

  #emitOf(id: string): (effect: OwnedEffect) => void {
    const { emit, onEffect } = this.#options;
    return (effect) => {
      if (effect.kind === 'append') emit({ ...effect, room: id });
      else if (effect.kind === 'look') emit({ kind: 'last', room: id });
      else onEffect(id, effect);
    };
  }
}
