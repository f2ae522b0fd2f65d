/** Which rooms want a media server, and when one that died is opened again: soon, then ever later. */
import type { Room } from './room.ts';
import type { RoomLimits } from './room-limits.ts';
import type { RoomEffect } from './room-traffic.ts';

/** One that ran for so long did not die of what it was opened for. */
const soundMs = 30_000;

/** The media server of one room. */
export interface MediaWatch {
  readonly room: Room;
  openedMs: number | null;
  failures: number;
  /** null: it runs, or is being opened. */
  retryMs: number | null;
}

export class MediaKeeper {
  readonly #limits: RoomLimits['mediaRetryMs'];
  readonly #emit: (effect: RoomEffect) => void;
  readonly #watches = new Map<Room, MediaWatch>();

  constructor(limits: RoomLimits['mediaRetryMs'], emit: (effect: RoomEffect) => void) {
    this.#limits = limits;
    this.#emit = emit;
  }

  /** null: it is not wanted any more, or there is nothing to wait for. */
  dueMs(watch: MediaWatch): number | null {
    return this.#watches.get(watch.room) === watch ? watch.retryMs : null;
  }

  /** A room with people on such a path has a media server. */
  want(room: Room): void {
    if (this.#watches.has(room) || !room.people.some(({ greeted }) => greeted)) return;
    if (room.mediaPath === null) return;
    this.#watches.set(room, { room, openedMs: null, failures: 0, retryMs: null });
    this.#open(room);
  }

  opened(room: Room, nowMs: number): void {
    const watch = this.#watches.get(room);
    if (watch !== undefined) watch.openedMs = nowMs;
  }

  /** Gives what to wait for; null: the room does not want one any more. */
  failed(room: Room, nowMs: number): MediaWatch | null {
    const watch = this.#watches.get(room);
    if (watch === undefined) return null;
    if (watch.openedMs !== null && nowMs - watch.openedMs >= soundMs) watch.failures = 0;
    const { first, longest } = this.#limits;
    watch.openedMs = null;
    watch.retryMs = nowMs + Math.min(longest, first * 2 ** Math.min(watch.failures, 20));
    watch.failures += 1;
    return watch;
  }

  retry(watch: MediaWatch): void {
    watch.retryMs = null;
    this.#open(watch.room);
  }

  forget(room: Room): void {
    this.#watches.delete(room);
  }

  #open(room: Room): void {
    const path = room.mediaPath;
    if (path !== null) {
      this.#emit({ kind: 'open-media', room: room.spec.id, path, size: room.spec.size });
    }
  }
}
