/** What the rooms’ machine knows; room-desk.ts, departures.ts and room-copies.ts work on it. */
import { ExpiryQueue } from '../../turn/server/expiry-queue.ts';
import { LineTable, type Place } from './line-table.ts';
import { MediaKeeper } from './media-keeper.ts';
import type { Room } from './room.ts';
import type { RoomLimits } from './room-limits.ts';
import type { RoomEffect } from './room-traffic.ts';

/** Something that ends, or happens, at its time. */
export interface Timed {
  /** Its rank among those of the same time, which must not depend on when they were added. */
  readonly key: string;
  /** null: not any more. */
  dueMs(): number | null;
  expire(nowMs: number): void;
}

export class DeskState {
  readonly limits: RoomLimits;
  readonly rooms = new Map<string, Room>();
  /** By session: what a hello has to bring. */
  readonly places = new Map<string, Place>();
  readonly due = new ExpiryQueue<Timed>((timed) => timed.dueMs());
  readonly emit = (effect: RoomEffect): void => {
    this.#effects.push(effect);
  };
  readonly lines = new LineTable(this.emit);
  readonly media: MediaKeeper;
  #effects: RoomEffect[] = [];

  constructor(limits: RoomLimits) {
    this.limits = limits;
    this.media = new MediaKeeper(limits.mediaRetryMs, this.lines, this.emit);
  }

  /** In an order that follows from the state alone. */
  takeDue(nowMs: number): Timed[] {
    const due = this.due.takeDue(nowMs).map((timed) => ({ timed, atMs: timed.dueMs() ?? nowMs }));
    due.sort((a, b) => a.atMs - b.atMs || (a.timed.key < b.timed.key ? -1 : 1));
    return due.map(({ timed }) => timed);
  }

  takeEffects(): RoomEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
