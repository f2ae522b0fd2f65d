/** One room: who is in it, what they are told, and when it ends. Sends nothing itself: `emit` collects effects. */
import type { RoomTicket, RoomView } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import { isMediaServer, mayLink, mediaServerIds } from '../../contract/room-roles.ts';
import { type Peer, type SignalServerMessage, signallingVersion } from '../../contract/signalling.ts';
import { PairTable } from './pair-table.ts';
import type { Telling } from './replay-log.ts';
import type { RoomCopy } from './room-copy.ts';
import type { RoomLimits } from './room-limits.ts';
import type { LeaveReason, MediaPath, RoomEffect, RoomSpec, SocketId } from './room-traffic.ts';
import { Seat, type SeatMember } from './seat.ts';

export class Room {
  readonly spec: RoomSpec;
  readonly pairs: PairTable;
  readonly #limits: RoomLimits;
  readonly #emit: (effect: RoomEffect) => void;
  readonly #seats = new Map<string, Seat>();
  readonly #endsMs: number;
  #path: RoomPath;
  #emptySinceMs: number | null;
  #nextOrder = 1;

  constructor(
    spec: RoomSpec,
    nowMs: number,
    limits: RoomLimits,
    emit: (effect: RoomEffect) => void,
    before: Pick<RoomCopy, 'pairs' | 'endsMs'> | null = null,
  ) {
    this.spec = spec;
    this.pairs = before === null ? new PairTable(limits) : PairTable.restored(limits, before.pairs);
    this.#limits = limits;
    this.#emit = emit;
    this.#endsMs = before?.endsMs ?? nowMs + spec.lifeMs;
    this.#path = spec.path;
    this.#emptySinceMs = nowMs;
  }

  static restored(
    copy: RoomCopy,
    nowMs: number,
    limits: RoomLimits,
    emit: (effect: RoomEffect) => void,
  ): Room {
    const room = new Room(copy.spec, nowMs, limits, emit, copy);
    room.#path = copy.path;
    room.#emptySinceMs = copy.emptySinceMs;
    room.#nextOrder = copy.nextOrder;
    for (const seat of copy.seats) room.#seats.set(seat.member.id, Seat.restored(seat, nowMs, limits));
    return room;
  }

  /** All but its media server. */
  copy(nowMs: number): Omit<RoomCopy, 'media'> {
    return {
      spec: this.spec,
      path: this.#path,
      endsMs: this.#endsMs,
      emptySinceMs: this.#emptySinceMs,
      nextOrder: this.#nextOrder,
      pairs: this.pairs.copy(),
      seats: this.seats.map((seat) => seat.copy(nowMs)),
    };
  }

  get path(): RoomPath {
    return this.#path;
  }

  /** What the present path needs; null: nothing but the members. */
  get mediaPath(): MediaPath | null {
    return this.#path.kind === 'sfu' || this.#path.kind === 'mcu' ? this.#path : null;
  }

  get seats(): readonly Seat[] {
    return [...this.#seats.values()];
  }

  seat(id: string): Seat | undefined {
    return this.#seats.get(id);
  }

  get people(): readonly Seat[] {
    return this.seats.filter(({ member }) => !isMediaServer(member));
  }

  get isFull(): boolean {
    return this.people.length >= this.spec.size;
  }

  get dueMs(): number {
    const emptyMs = this.#emptySinceMs === null ? Number.POSITIVE_INFINITY : this.#emptySinceMs;
    return Math.min(this.#endsMs, emptyMs + this.#limits.emptyMs);
  }

  view(): RoomView {
    const { id, name, size, createdAt, expiresAt } = this.spec;
    const members = this.seats
      .filter(({ greeted }) => greeted)
      .map(({ member, socket }) => ({ ...member, present: socket !== null }));
    return { id, name, path: this.#path, size, createdAt, expiresAt, members };
  }

  /** For those who let others in. */
  ticket(): RoomTicket {
    const { joinToken, project } = this.spec;
    return { room: this.view(), joinToken, project };
  }

  /**
   * Tells a member on its new socket that it is welcome; after its first hello the others hear of it. Nobody knows of a
   * newcomer before that, so its list and their news agree.
   * @param resumedFrom the last message that it has; null: it begins anew
   */
  greet(seat: Seat, resumedFrom: number | null): void {
    const isNew = !seat.greeted;
    seat.greeted = true;
    const { socket } = seat;
    if (socket !== null) this.#emit({ kind: 'send', socket, message: this.#welcome(seat, resumedFrom) });
    if (!isNew) return;
    for (const other of this.#others(seat)) {
      this.tell(other, { type: 'joined', peer: this.#peer(seat, other) });
    }
  }

  peersOf(seat: Seat): Peer[] {
    return this.#others(seat).map((other) => this.#peer(other, seat));
  }

  /** Seats somebody; the others hear of it when it says hello. */
  add(member: Omit<SeatMember, 'order'>, session: string | null, nowMs: number): Seat {
    const order = isMediaServer(member) ? 0 : this.#nextOrder;
    if (order > 0) this.#nextOrder += 1;
    const seat = new Seat({ ...member, order }, session, nowMs, this.#limits);
    this.#seats.set(seat.id, seat);
    this.#emptySinceMs = null;
    return seat;
  }

  remove(seat: Seat, reason: LeaveReason, nowMs: number): void {
    if (!this.#seats.delete(seat.id)) return;
    seat.dueMs = null;
    this.pairs.forget(seat);
    if (seat.greeted) {
      for (const other of this.#others(seat)) this.tell(other, { type: 'left', member: seat.id, reason });
    }
    if (this.people.length === 0) this.#emptySinceMs = nowMs;
  }

  /** It has lost all connections it had; those who have any with it begin anew. */
  restart(seat: Seat): void {
    seat.log.clear();
    seat.received = 0;
    for (const other of this.#others(seat)) {
      if (!mayLink(this.#path, seat.member, other.member)) continue;
      const epoch = this.pairs.renew(seat, other);
      this.tell(other, { type: 'renewed', member: seat.id, epoch, reason: 'restarted' });
    }
  }

  connected(seat: Seat, socket: SocketId): void {
    seat.socket = socket;
    seat.dueMs = null;
  }

  disconnected(seat: Seat, nowMs: number): void {
    seat.socket = null;
    seat.dueMs = nowMs + this.#limits.awayMs;
    this.tellPresence(seat);
  }

  tellPresence(seat: Seat): void {
    const present = seat.socket !== null;
    for (const other of this.#others(seat)) this.tell(other, { type: 'presence', member: seat.id, present });
  }

  /** Members of a media server that the new path has no use for must have been removed. */
  changePath(path: RoomPath): void {
    this.#path = path;
    this.pairs.renewAll();
    for (const seat of this.seats) {
      if (seat.greeted) this.tell(seat, { type: 'path', path, peers: this.peersOf(seat) });
    }
  }

  tell(seat: Seat, telling: Telling): void {
    const message = seat.log.add(telling);
    if (seat.socket !== null) this.#emit({ kind: 'send', socket: seat.socket, message });
  }

  /** To all other people who are there now. */
  spread(from: Seat, text: string): void {
    for (const { socket, session } of this.#others(from)) {
      if (socket === null || session === null) continue;
      this.#emit({ kind: 'send', socket, message: { type: 'told', member: from.id, text } });
    }
  }

  /** The media server, if it is there. */
  mediaSeat(): Seat | undefined {
    return this.#seats.get(mediaServerIds.sfu) ?? this.#seats.get(mediaServerIds.mcu);
  }

  #welcome(seat: Seat, resumedFrom: number | null): SignalServerMessage {
    return {
      type: 'welcome',
      version: signallingVersion,
      you: seat.id,
      room: this.view(),
      peers: this.peersOf(seat),
      resumed: resumedFrom !== null,
      lastSeq: resumedFrom ?? seat.log.lastSeq,
      received: seat.received,
    };
  }

  #others(seat: Seat): Seat[] {
    return this.seats.filter((other) => other !== seat && other.greeted);
  }

  #peer(seat: Seat, as: Seat): Peer {
    return { ...seat.member, present: seat.socket !== null, epoch: this.pairs.epoch(seat, as) };
  }
}
