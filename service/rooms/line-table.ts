/** The open sockets, and how each ends. A socket belongs to nobody until its hello. */
import { type FailureCode, failure } from '../../contract/failures.ts';
import type { Room } from './room.ts';
import type { RoomEffect, SocketId } from './room-traffic.ts';
import type { Seat } from './seat.ts';

export interface Place {
  readonly room: Room;
  readonly seat: Seat;
}

export interface Line {
  readonly socket: SocketId;
  place: Place | null;
  /** It is closed then, unless it says hello; null: it has, or it is gone. */
  dueMs: number | null;
}

/** Why a message or a socket is refused. */
export interface Complaint {
  readonly code: FailureCode;
  readonly detail: string;
}

export class LineTable {
  readonly #emit: (effect: RoomEffect) => void;
  readonly #lines = new Map<SocketId, Line>();

  constructor(emit: (effect: RoomEffect) => void) {
    this.#emit = emit;
  }

  get all(): Line[] {
    return [...this.#lines.values()];
  }

  get(socket: SocketId): Line | undefined {
    return this.#lines.get(socket);
  }

  open(socket: SocketId, dueMs: number | null): Line {
    const line: Line = { socket, place: null, dueMs };
    this.#lines.set(socket, line);
    return line;
  }

  /** From now on it is the member’s socket. */
  seat(line: Line, place: Place): void {
    line.place = place;
    line.dueMs = null;
    place.room.connected(place.seat, line.socket);
  }

  forget(line: Line): void {
    line.dueMs = null;
    this.#lines.delete(line.socket);
  }

  /** The member keeps its seat, without a socket. `complaint` null: nothing is wrong. */
  hangUp(socket: SocketId, complaint: Complaint | null): void {
    if (complaint !== null) this.complain(socket, complaint, null);
    this.#emit({ kind: 'hang-up', socket, reason: complaint?.code ?? 'left' });
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    if (line.place !== null) line.place.seat.socket = null;
    this.forget(line);
  }

  /** @param n the message that it is about; null: it is the end of the socket */
  complain(socket: SocketId, { code, detail }: Complaint, n: number | null): void {
    const { message } = failure(code, detail);
    const fatal = n === null;
    this.#emit({ kind: 'send', socket, message: { type: 'error', code, message, n, fatal } });
  }
}
