/** The media servers of rooms: which rooms want one, its seat, and when one that died is opened again. */
import { mediaServerIds } from '../../contract/room-roles.ts';
import type { LineTable } from './line-table.ts';
import type { Room } from './room.ts';
import type { RoomCopy } from './room-copy.ts';
import type { RoomLimits } from './room-limits.ts';
import type { RoomEffect, SocketId } from './room-traffic.ts';

/** One that ran for so long did not die of what it was opened for. */
const soundMs = 30_000;

const names = { sfu: 'Media server', mcu: 'Audio MCU' } as const;

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
  readonly #lines: LineTable;
  readonly #emit: (effect: RoomEffect) => void;
  readonly #watches = new Map<Room, MediaWatch>();

  constructor(limits: RoomLimits['mediaRetryMs'], lines: LineTable, emit: (effect: RoomEffect) => void) {
    this.#limits = limits;
    this.#lines = lines;
    this.#emit = emit;
  }

  copy(room: Room): RoomCopy['media'] {
    const watch = this.#watches.get(room);
    if (watch === undefined) return null;
    const { openedMs, failures, retryMs } = watch;
    return { openedMs, failures, retryMs };
  }

  /** Gives what to wait for; null: there is none. */
  restore(room: Room, copy: RoomCopy['media']): MediaWatch | null {
    if (copy === null) return null;
    const watch: MediaWatch = { room, ...copy };
    this.#watches.set(room, watch);
    return watch;
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

  isOpening(room: Room): boolean {
    const watch = this.#watches.get(room);
    return watch !== undefined && watch.retryMs === null && room.mediaSeat()?.socket == null;
  }

  /** It runs, and takes its seat; all begin anew with one that took the place of another. */
  opened(nowMs: number, room: Room | undefined, socket: SocketId): void {
    const kind = room?.mediaPath?.kind;
    if (room === undefined || kind === undefined) {
      this.#lines.hangUp(socket, null);
      return;
    }
    const id = mediaServerIds[kind];
    const known = room.seat(id);
    if (known !== undefined) room.restart(known);
    const seat = known ?? room.add({ id, name: names[kind], kind: 'media-server' }, null, nowMs);
    this.#lines.seat(this.#lines.open(socket, null), { room, seat });
    const watch = this.#watches.get(room);
    if (watch !== undefined) watch.openedMs = nowMs;
    room.greet(seat, null);
    if (known !== undefined) room.tellPresence(seat);
  }

  /** It will be opened again: soon, then ever later. Gives what to wait for; null: it is not wanted any more. */
  failed(room: Room, nowMs: number): MediaWatch | null {
    const watch = this.#watches.get(room);
    // One that is to be opened again has failed already.
    if (watch === undefined || watch.retryMs !== null) return null;
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
