/**
 * The signalling machine: all rooms of a service. Pure: sockets, clock and randomness are the host’s (rooms-host.ts),
 * which feeds what happens and carries out the effects, in order.
 */
import type { FailureCode } from '../../contract/failures.ts';
import type { SignalClientMessage } from '../../contract/signalling.ts';
import { ExpiryQueue } from '../../turn/server/expiry-queue.ts';
import { sameText } from '../access.ts';
import { type Line, LineTable, type Place } from './line-table.ts';
import { MediaKeeper } from './media-keeper.ts';
import { type NumberedMessage, passOn } from './pass-on.ts';
import { Room } from './room.ts';
import type { RoomLimits } from './room-limits.ts';
import type { LeaveReason, RoomEffect, RoomInput, SocketId } from './room-traffic.ts';
import type { Seat } from './seat.ts';

/** Something that ends, or happens, at its time. */
interface Timed {
  /** null: not any more. */
  dueMs(): number | null;
  expire(nowMs: number): void;
}
type Hello = Extract<SignalClientMessage, { type: 'hello' }>;

export class RoomDesk {
  readonly #limits: RoomLimits;
  readonly #emit = (effect: RoomEffect): void => {
    this.#effects.push(effect);
  };
  readonly #rooms = new Map<string, Room>();
  /** By session: what a hello has to bring. */
  readonly #places = new Map<string, Place>();
  readonly #lines = new LineTable(this.#emit);
  readonly #media: MediaKeeper;
  readonly #due = new ExpiryQueue<Timed>((timed) => timed.dueMs());
  #effects: RoomEffect[] = [];

  constructor(limits: RoomLimits) {
    this.#limits = limits;
    this.#media = new MediaKeeper(limits.mediaRetryMs, this.#lines, this.#emit);
  }

  get rooms(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  room(id: string): Room | undefined {
    return this.#rooms.get(id);
  }

  /** Whose session this is. */
  placeOf(session: string): Place | undefined {
    return this.#places.get(session);
  }

  nextDeadlineMs(): number | null {
    return this.#due.nextMs();
  }

  handle(nowMs: number, input: RoomInput): RoomEffect[] {
    this.#take(nowMs, input);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  #take(nowMs: number, input: RoomInput): void {
    switch (input.kind) {
      case 'create':
        this.#create(nowMs, input);
        break;
      case 'join':
        this.#join(nowMs, input);
        break;
      case 'leave':
      case 'change-path':
      case 'close':
        this.#govern(nowMs, input);
        break;
      case 'opened':
        this.#opened(nowMs, input.socket);
        break;
      case 'media-opened':
        this.#media.opened(nowMs, this.#rooms.get(input.room), input.socket);
        break;
      case 'media-failed': {
        const room = this.#rooms.get(input.room);
        if (room !== undefined) this.#mediaFailed(nowMs, room);
        break;
      }
      case 'said':
        this.#said(nowMs, input);
        break;
      case 'babbled':
        this.#dismiss(nowMs, input.socket, 'signal-invalid', input.problem);
        break;
      case 'closed':
        this.#closed(nowMs, input.socket);
        break;
      case 'due':
        for (const timed of this.#due.takeDue(nowMs)) timed.expire(nowMs);
    }
  }

  #create(nowMs: number, { room: spec }: Extract<RoomInput, { kind: 'create' }>): void {
    if (this.#rooms.size >= this.#limits.rooms) {
      this.#refuse('room-limit', `${this.#limits.rooms} rooms`);
      return;
    }
    const room = new Room(spec, nowMs, this.#limits, this.#emit);
    this.#rooms.set(spec.id, room);
    this.#watchEnd(room);
  }

  #join(nowMs: number, input: Extract<RoomInput, { kind: 'join' }>): void {
    const room = this.#rooms.get(input.room);
    if (room === undefined) this.#refuse('room-closed');
    else if (!sameText(input.token, room.spec.joinToken)) this.#refuse('room-token-invalid');
    else if (room.isFull) this.#refuse('room-full', `${room.spec.size} places`);
    else {
      const place = { room, seat: room.add(input.member, input.session, nowMs) };
      this.#places.set(input.session, place);
      this.#watchReturn(place);
    }
  }

  #govern(nowMs: number, input: Extract<RoomInput, { kind: 'leave' | 'change-path' | 'close' }>): void {
    const room = this.#rooms.get(input.room);
    if (room === undefined) {
      this.#refuse('room-closed');
      return;
    }
    if (input.kind === 'close') {
      this.#end(room);
      return;
    }
    if (input.kind === 'change-path') {
      const media = room.mediaSeat();
      if (media !== undefined) this.#remove(nowMs, { room, seat: media }, 'removed');
      this.#media.forget(room);
      room.changePath(input.path);
      this.#media.want(room);
      return;
    }
    const seat = room.seat(input.member);
    if (seat === undefined) {
      this.#refuse('session-unknown');
      return;
    }
    this.#remove(nowMs, { room, seat }, input.reason);
  }

  #opened(nowMs: number, socket: SocketId): void {
    const line = this.#lines.open(socket, nowMs + this.#limits.helloMs);
    this.#due.add({
      dueMs: () => line.dueMs,
      expire: (atMs) => this.#dismiss(atMs, socket, 'signal-invalid', 'no hello came'),
    });
  }

  #said(nowMs: number, { socket, message, characters }: Extract<RoomInput, { kind: 'said' }>): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    if (message.type === 'hello') {
      this.#hello(nowMs, line, message);
      return;
    }
    const { place } = line;
    if (place === null) {
      this.#dismiss(nowMs, socket, 'signal-invalid', 'hello comes first');
      return;
    }
    const { seat } = place;
    if (!seat.mayTalk(nowMs, characters)) {
      this.#dismiss(nowMs, socket, 'signal-flood');
      return;
    }
    if (message.type === 'ping') {
      seat.log.confirm(message.seq);
      this.#emit({ kind: 'send', socket, message: { type: 'pong', received: seat.received } });
    } else if (message.type === 'tell') {
      if (seat.mayTell(nowMs)) place.room.spread(seat, message.text);
    } else this.#numbered(nowMs, line, place, message);
  }

  #hello(nowMs: number, line: Line, { room: id, session, lastSeq }: Hello): void {
    const place = this.#places.get(session);
    if (line.place !== null) this.#dismiss(nowMs, line.socket, 'signal-invalid', 'hello comes once');
    else if (!this.#rooms.has(id)) this.#dismiss(nowMs, line.socket, 'room-closed');
    else if (place?.room.spec.id !== id) this.#dismiss(nowMs, line.socket, 'session-unknown');
    else this.#seat(line, place, lastSeq);
  }

  /** The member is back on a new socket, or is there for the first time. */
  #seat(line: Line, place: Place, lastSeq: number | null): void {
    const { room, seat } = place;
    const wasAway = seat.socket === null && seat.greeted;
    if (seat.socket !== null) this.#lines.hangUp(seat.socket, { code: 'session-taken-over', detail: '' });
    const missed = lastSeq === null || !seat.greeted ? null : seat.log.after(lastSeq);
    if (seat.greeted && missed === null) room.restart(seat);
    this.#lines.seat(line, place);
    room.greet(seat, missed === null ? null : lastSeq);
    for (const message of missed ?? []) this.#emit({ kind: 'send', socket: line.socket, message });
    if (wasAway) room.tellPresence(seat);
    this.#media.want(room);
  }

  #numbered(nowMs: number, line: Line, { room, seat }: Place, message: NumberedMessage): void {
    // Sent again after a reconnection although it had arrived.
    if (message.n <= seat.received) return;
    if (message.n > seat.received + 1) {
      this.#dismiss(nowMs, line.socket, 'signal-invalid', `n: ${seat.received + 1} is next`);
      return;
    }
    seat.received = message.n;
    if (message.type === 'leave') {
      this.#remove(nowMs, { room, seat }, 'left');
      return;
    }
    const complaint = passOn(room, seat, message);
    if (complaint === null) return;
    if (!seat.mayErr(nowMs)) {
      this.#dismiss(nowMs, line.socket, 'signal-flood', complaint.detail);
      return;
    }
    this.#lines.complain(line.socket, complaint, message.n);
  }

  #closed(nowMs: number, socket: SocketId): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    this.#lines.forget(line);
    if (line.place === null) return;
    const { room, seat } = line.place;
    room.disconnected(seat, nowMs);
    if (seat.session === null) this.#mediaFailed(nowMs, room);
    else this.#watchReturn(line.place);
  }

  #mediaFailed(nowMs: number, room: Room): void {
    const watch = this.#media.failed(room, nowMs);
    if (watch === null) return;
    this.#due.add({ dueMs: () => this.#media.dueMs(watch), expire: () => this.#media.retry(watch) });
  }

  #watchEnd(room: Room): void {
    this.#due.add({
      dueMs: () => (this.#rooms.get(room.spec.id) === room ? room.dueMs : null),
      expire: () => this.#end(room),
    });
  }

  #watchReturn(place: Place): void {
    this.#due.add({
      dueMs: () => place.seat.dueMs,
      expire: (atMs) => this.#remove(atMs, place, 'lost'),
    });
  }

  #end(room: Room): void {
    for (const seat of room.seats) {
      if (seat.socket !== null) this.#lines.hangUp(seat.socket, { code: 'room-closed', detail: '' });
      this.#forgetSeat(seat);
    }
    this.#media.forget(room);
    this.#rooms.delete(room.spec.id);
    this.#emit({ kind: 'ended', room: room.spec.id });
  }

  #remove(nowMs: number, { room, seat }: Place, reason: LeaveReason): void {
    if (seat.socket !== null) this.#lines.hangUp(seat.socket, null);
    this.#forgetSeat(seat);
    room.remove(seat, reason, nowMs);
    if (seat.session === null) this.#media.forget(room);
    // An empty room closes sooner, and needs no media server meanwhile.
    if (room.people.length > 0) return;
    this.#watchEnd(room);
    const media = room.mediaSeat();
    if (media !== undefined) this.#remove(nowMs, { room, seat: media }, 'removed');
  }

  /** Tells why, and closes for good: whoever was on this socket is no member any more. */
  #dismiss(nowMs: number, socket: SocketId, code: FailureCode, detail = ''): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    this.#lines.hangUp(socket, { code, detail });
    if (line.place !== null) this.#remove(nowMs, line.place, 'removed');
  }

  #refuse(code: FailureCode, detail = ''): void {
    this.#emit({ kind: 'refused', code, detail });
  }

  #forgetSeat(seat: Seat): void {
    seat.dueMs = null;
    if (seat.session !== null) this.#places.delete(seat.session);
  }
}
