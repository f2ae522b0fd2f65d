/**
 * The signalling machine: all rooms of a service. Pure: sockets, clock and randomness are the rim’s (rooms-rim.ts);
 * the rim feeds what happens and carries out the effects, in order.
 */
import { mediaServerIds } from '../../contract/room-roles.ts';
import type { SignalClientMessage } from '../../contract/signalling.ts';
import { ExpiryQueue } from '../../turn/server/expiry-queue.ts';
import { sameText } from '../access.ts';
import { type Complaint, type Line, LineTable, type Place } from './line-table.ts';
import { MediaKeeper, type MediaWatch } from './media-keeper.ts';
import { type NumberedMessage, passOn } from './pass-on.ts';
import { Room } from './room.ts';
import type { RoomLimits } from './room-limits.ts';
import type { LeaveReason, RoomEffect, RoomInput, SocketId } from './room-traffic.ts';
import type { Seat } from './seat.ts';

type Timed =
  | { readonly kind: 'room'; readonly room: Room }
  | { readonly kind: 'seat'; readonly place: Place }
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'media'; readonly watch: MediaWatch };
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
  readonly #due: ExpiryQueue<Timed>;
  #effects: RoomEffect[] = [];

  constructor(limits: RoomLimits) {
    this.#limits = limits;
    this.#media = new MediaKeeper(limits.mediaRetryMs, this.#emit);
    this.#due = new ExpiryQueue((timed) => this.#dueMs(timed));
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
        return this.#create(nowMs, input);
      case 'join':
        return this.#join(nowMs, input);
      case 'leave':
      case 'change-path':
      case 'close':
        return this.#govern(nowMs, input);
      case 'opened':
        return this.#opened(nowMs, input.socket);
      case 'media-opened':
        return this.#mediaOpened(nowMs, input);
      case 'media-failed':
        return this.#mediaFailed(nowMs, input.room);
      case 'said':
        return this.#said(nowMs, input);
      case 'babbled':
        return this.#dismiss(nowMs, input.socket, { code: 'signal-invalid', detail: input.problem });
      case 'closed':
        return this.#closed(nowMs, input.socket);
      case 'due':
        for (const timed of this.#due.takeDue(nowMs)) this.#expire(nowMs, timed);
    }
  }

  #create(nowMs: number, { room: spec }: Extract<RoomInput, { kind: 'create' }>): void {
    if (this.#rooms.size >= this.#limits.rooms) {
      return this.#refuse({ code: 'room-limit', detail: `${this.#limits.rooms} rooms` });
    }
    const room = new Room(spec, nowMs, this.#limits, this.#emit);
    this.#rooms.set(spec.id, room);
    this.#due.add({ kind: 'room', room });
  }

  #join(nowMs: number, input: Extract<RoomInput, { kind: 'join' }>): void {
    const room = this.#rooms.get(input.room);
    if (room === undefined) return this.#refuse({ code: 'room-closed', detail: '' });
    if (!sameText(input.token, room.spec.joinToken)) {
      return this.#refuse({ code: 'room-token-invalid', detail: '' });
    }
    if (room.isFull) return this.#refuse({ code: 'room-full', detail: `${room.spec.size} places` });
    const place = { room, seat: room.add(input.member, input.session, nowMs) };
    this.#places.set(input.session, place);
    this.#due.add({ kind: 'seat', place });
  }

  #govern(nowMs: number, input: Extract<RoomInput, { kind: 'leave' | 'change-path' | 'close' }>): void {
    const room = this.#rooms.get(input.room);
    if (room === undefined) return this.#refuse({ code: 'room-closed', detail: '' });
    if (input.kind === 'close') return this.#end(room);
    if (input.kind === 'change-path') {
      const media = room.mediaSeat();
      if (media !== undefined) this.#remove(nowMs, { room, seat: media }, 'removed');
      this.#media.forget(room);
      room.changePath(input.path);
      return this.#media.want(room);
    }
    const seat = room.seat(input.member);
    if (seat === undefined) return this.#refuse({ code: 'session-unknown', detail: '' });
    this.#remove(nowMs, { room, seat }, input.reason);
  }

  #opened(nowMs: number, socket: SocketId): void {
    const line = this.#lines.open(socket, nowMs + this.#limits.helloMs);
    this.#due.add({ kind: 'line', line });
  }

  #said(nowMs: number, { socket, message, characters }: Extract<RoomInput, { kind: 'said' }>): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    if (message.type === 'hello') return this.#hello(nowMs, line, message);
    const { place } = line;
    if (place === null) {
      return this.#dismiss(nowMs, socket, { code: 'signal-invalid', detail: 'hello comes first' });
    }
    const { seat } = place;
    if (seat.session !== null && !seat.mayTalk(nowMs, characters)) {
      return this.#dismiss(nowMs, socket, { code: 'signal-flood', detail: '' });
    }
    if (message.type === 'ping') {
      seat.log.confirm(message.seq);
      this.#emit({ kind: 'send', socket, message: { type: 'pong', received: seat.received } });
    } else this.#numbered(nowMs, line, place, message);
  }

  #hello(nowMs: number, line: Line, { room: id, session, lastSeq }: Hello): void {
    const place = this.#places.get(session);
    if (line.place !== null) {
      return this.#dismiss(nowMs, line.socket, { code: 'signal-invalid', detail: 'hello comes once' });
    }
    if (!this.#rooms.has(id)) return this.#dismiss(nowMs, line.socket, { code: 'room-closed', detail: '' });
    if (place === undefined || place.room.spec.id !== id) {
      return this.#dismiss(nowMs, line.socket, { code: 'session-unknown', detail: '' });
    }
    const { room, seat } = place;
    const wasAway = seat.socket === null && seat.greeted;
    if (seat.socket !== null) this.#lines.hangUp(seat.socket, { code: 'session-taken-over', detail: '' });
    const missed = lastSeq === null || !seat.greeted ? null : seat.log.after(lastSeq);
    if (seat.greeted && missed === null) room.restart(seat);
    this.#lines.seat(line, place);
    this.#welcome(line.socket, place, missed === null ? null : lastSeq);
    for (const message of missed ?? []) this.#emit({ kind: 'send', socket: line.socket, message });
    if (wasAway) room.tellPresence(seat);
    this.#media.want(room);
  }

  /** @param resumedFrom null: it begins anew */
  #welcome(socket: SocketId, { room, seat }: Place, resumedFrom: number | null): void {
    // Nobody knows of a newcomer before it is welcome, so that its list and their news agree.
    const isNew = !seat.greeted;
    seat.greeted = true;
    this.#emit({ kind: 'send', socket, message: room.welcome(seat, resumedFrom) });
    if (isNew) room.introduce(seat);
  }

  #numbered(nowMs: number, line: Line, { room, seat }: Place, message: NumberedMessage): void {
    // Sent again after a reconnection although it had arrived.
    if (message.n <= seat.received) return;
    if (message.n > seat.received + 1) {
      const detail = `n: ${seat.received + 1} is next`;
      return this.#dismiss(nowMs, line.socket, { code: 'signal-invalid', detail });
    }
    seat.received = message.n;
    if (message.type === 'leave') return this.#remove(nowMs, { room, seat }, 'left');
    const complaint = passOn(room, seat, message);
    if (complaint === null) return;
    if (!seat.mayErr(nowMs)) return this.#dismiss(nowMs, line.socket, { ...complaint, code: 'signal-flood' });
    this.#lines.complain(line.socket, complaint, message.n);
  }

  #closed(nowMs: number, socket: SocketId): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    this.#lines.forget(line);
    if (line.place === null) return;
    const { room, seat } = line.place;
    room.disconnected(seat, nowMs);
    if (seat.session === null) this.#mediaFailed(nowMs, room.spec.id);
    else this.#due.add({ kind: 'seat', place: line.place });
  }

  #mediaOpened(nowMs: number, { room: id, socket }: Extract<RoomInput, { kind: 'media-opened' }>): void {
    const room = this.#rooms.get(id);
    const kind = room?.mediaPath?.kind;
    if (room === undefined || kind === undefined) {
      return this.#lines.hangUp(socket, null);
    }
    const known = room.seat(mediaServerIds[kind]);
    if (known !== undefined) room.restart(known);
    const name = kind === 'sfu' ? 'Media server' : 'Audio mixer';
    const seat = known ?? room.add({ id: mediaServerIds[kind], name, kind: 'media-server' }, null, nowMs);
    this.#lines.seat(this.#lines.open(socket, null), { room, seat });
    this.#media.opened(room, nowMs);
    this.#welcome(socket, { room, seat }, null);
    if (known !== undefined) room.tellPresence(seat);
  }

  #mediaFailed(nowMs: number, id: string): void {
    const room = this.#rooms.get(id);
    const watch = room === undefined ? null : this.#media.failed(room, nowMs);
    if (watch !== null) this.#due.add({ kind: 'media', watch });
  }

  #dueMs(timed: Timed): number | null {
    switch (timed.kind) {
      case 'room':
        return this.#rooms.get(timed.room.spec.id) === timed.room ? timed.room.dueMs : null;
      case 'seat':
        return timed.place.seat.dueMs;
      case 'line':
        return timed.line.dueMs;
      case 'media':
        return this.#media.dueMs(timed.watch);
    }
  }

  #expire(nowMs: number, timed: Timed): void {
    switch (timed.kind) {
      case 'room':
        return this.#end(timed.room);
      case 'seat':
        return this.#remove(nowMs, timed.place, 'lost');
      case 'line':
        return this.#dismiss(nowMs, timed.line.socket, { code: 'signal-invalid', detail: 'no hello came' });
      case 'media':
        return this.#media.retry(timed.watch);
    }
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
    this.#due.add({ kind: 'room', room });
    const media = room.mediaSeat();
    if (media !== undefined) this.#remove(nowMs, { room, seat: media }, 'removed');
  }

  /** Tells why, and closes for good: whoever was on this socket is no member any more. */
  #dismiss(nowMs: number, socket: SocketId, complaint: Complaint): void {
    const line = this.#lines.get(socket);
    if (line === undefined) return;
    this.#lines.hangUp(socket, complaint);
    if (line.place !== null) this.#remove(nowMs, line.place, 'removed');
  }

  #refuse({ code, detail }: Complaint): void {
    this.#emit({ kind: 'refused', code, detail });
  }

  #forgetSeat(seat: Seat): void {
    seat.dueMs = null;
    if (seat.session !== null) this.#places.delete(seat.session);
  }
}
