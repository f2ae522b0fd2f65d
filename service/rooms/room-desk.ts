/**
 * The signalling machine: all rooms of a service. Pure: sockets, clock and randomness are the host’s (rooms-host.ts),
 * which feeds what happens and carries out the effects, in order.
 *
 * What it does follows from its inputs and their times alone. So two desks that take the same inputs, as `weigh` let them
 * pass, are the same: that is how a room is adopted by another node.
 */
import type { FailureCode } from '../../contract/failures.ts';
import type { SignalClientMessage } from '../../contract/signalling.ts';
import { sameText } from '../access.ts';
import { dismiss, end, hungUp, mediaFailed, remove, watchEnd, watchReturn } from './departures.ts';
import { DeskState } from './desk-state.ts';
import type { Line, Place } from './line-table.ts';
import { type NumberedMessage, passOn } from './pass-on.ts';
import { Room } from './room.ts';
import { abandonLines, copyRoom, restoreRoom } from './room-copies.ts';
import type { RoomCopy } from './room-copy.ts';
import type { RoomLimits } from './room-limits.ts';
import type { RoomEffect, RoomInput } from './room-traffic.ts';

type Hello = Extract<SignalClientMessage, { type: 'hello' }>;

export class RoomDesk {
  readonly #state: DeskState;

  constructor(limits: RoomLimits) {
    this.#state = new DeskState(limits);
  }

  get rooms(): readonly Room[] {
    return [...this.#state.rooms.values()];
  }

  room(id: string): Room | undefined {
    return this.#state.rooms.get(id);
  }

  /** Whose session this is. */
  placeOf(session: string): Place | undefined {
    return this.#state.places.get(session);
  }

  nextDeadlineMs(): number | null {
    return this.#state.due.nextMs();
  }

  /** All of the room; null: there is none. */
  copy(nowMs: number, id: string): RoomCopy | null {
    const room = this.room(id);
    return room === undefined ? null : copyRoom(this.#state, nowMs, room);
  }

  /** The room is here from now on, as it was when it was copied. */
  restore(nowMs: number, copy: RoomCopy): void {
    restoreRoom(this.#state, nowMs, copy);
  }

  handle(nowMs: number, input: RoomInput): RoomEffect[] {
    return this.apply(nowMs, this.weigh(nowMs, input));
  }

  /** What becomes of the input: beyond the limits of its member, another one. To be asked once for each. */
  weigh(nowMs: number, input: RoomInput): RoomInput {
    if (input.kind !== 'said') return input;
    const seat = this.#state.lines.get(input.socket)?.place?.seat;
    if (seat === undefined || input.message.type === 'hello') return input;
    return seat.mayTalk(nowMs, input.characters) ? input : { kind: 'flooded', socket: input.socket };
  }

  /** Takes an input that was weighed. */
  apply(nowMs: number, input: RoomInput): RoomEffect[] {
    this.#take(nowMs, input);
    return this.#state.takeEffects();
  }

  #take(nowMs: number, input: RoomInput): void {
    const state = this.#state;
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
        state.media.opened(nowMs, this.room(input.room), input.socket);
        break;
      case 'media-failed': {
        const room = this.room(input.room);
        if (room !== undefined) mediaFailed(state, nowMs, room);
        break;
      }
      case 'said':
        this.#said(nowMs, input);
        break;
      case 'babbled':
        dismiss(state, nowMs, input.socket, 'signal-invalid', input.problem);
        break;
      case 'flooded':
        dismiss(state, nowMs, input.socket, 'signal-flood');
        break;
      case 'closed': {
        const line = state.lines.get(input.socket);
        if (line !== undefined) hungUp(state, nowMs, line);
        break;
      }
      case 'adopted':
        abandonLines(state, nowMs);
        break;
      case 'due':
        for (const timed of state.takeDue(nowMs)) timed.expire(nowMs);
    }
  }

  #create(nowMs: number, { room: spec }: Extract<RoomInput, { kind: 'create' }>): void {
    const { rooms, limits, emit } = this.#state;
    if (rooms.size >= limits.rooms) {
      this.#refuse('room-limit', `${limits.rooms} rooms`);
      return;
    }
    const room = new Room(spec, nowMs, limits, emit);
    rooms.set(spec.id, room);
    watchEnd(this.#state, room);
  }

  #join(nowMs: number, input: Extract<RoomInput, { kind: 'join' }>): void {
    const room = this.room(input.room);
    if (room === undefined) this.#refuse('room-closed');
    else if (!sameText(input.token, room.spec.joinToken)) this.#refuse('room-token-invalid');
    // Asked again, because the answer was lost.
    else if (room.seat(input.member.id)?.session === input.session) return;
    else if (room.isFull) this.#refuse('room-full', `${room.spec.size} places`);
    else {
      const place = { room, seat: room.add(input.member, input.session, nowMs) };
      this.#state.places.set(input.session, place);
      watchReturn(this.#state, place);
    }
  }

  #govern(nowMs: number, input: Extract<RoomInput, { kind: 'leave' | 'change-path' | 'close' }>): void {
    const { media } = this.#state;
    const room = this.room(input.room);
    if (room === undefined) {
      this.#refuse('room-closed');
      return;
    }
    if (input.kind === 'close') {
      end(this.#state, room);
      return;
    }
    if (input.kind === 'change-path') {
      const server = room.mediaSeat();
      if (server !== undefined) remove(this.#state, nowMs, { room, seat: server }, 'removed');
      media.forget(room);
      room.changePath(input.path);
      media.want(room);
      return;
    }
    const seat = room.seat(input.member);
    if (seat === undefined) {
      this.#refuse('session-unknown');
      return;
    }
    remove(this.#state, nowMs, { room, seat }, input.reason);
  }

  #opened(nowMs: number, socket: number): void {
    const { lines, due, limits } = this.#state;
    const line = lines.open(socket, nowMs + limits.helloMs);
    due.add({
      key: `hello ${socket}`,
      dueMs: () => line.dueMs,
      expire: (atMs) => dismiss(this.#state, atMs, socket, 'signal-invalid', 'no hello came'),
    });
  }

  #said(nowMs: number, { socket, message }: Extract<RoomInput, { kind: 'said' }>): void {
    const line = this.#state.lines.get(socket);
    if (line === undefined) return;
    if (message.type === 'hello') {
      this.#hello(nowMs, line, message);
      return;
    }
    const { place } = line;
    if (place === null) {
      dismiss(this.#state, nowMs, socket, 'signal-invalid', 'hello comes first');
      return;
    }
    const { seat } = place;
    if (message.type === 'ping') {
      seat.log.confirm(message.seq);
      this.#state.emit({ kind: 'send', socket, message: { type: 'pong', received: seat.received } });
    } else if (message.type === 'tell') {
      if (seat.mayTell(nowMs)) place.room.spread(seat, message.text);
    } else this.#numbered(nowMs, line, place, message);
  }

  #hello(nowMs: number, line: Line, hello: Hello): void {
    const { room: id, session, connection } = hello;
    const { places, rooms } = this.#state;
    const place = places.get(session);
    const refuse = (code: FailureCode, detail = ''): void =>
      dismiss(this.#state, nowMs, line.socket, code, detail);
    if (line.place !== null) refuse('signal-invalid', 'hello comes once');
    else if (!rooms.has(id)) refuse('room-closed');
    else if (place?.room.spec.id !== id) refuse('session-unknown');
    else if (place.seat.isPast(connection)) refuse('session-taken-over');
    else this.#seat(line, place, hello);
  }

  /** The member is back on a new socket, or is there for the first time. */
  #seat(line: Line, place: Place, { lastSeq, connection }: Hello): void {
    const { lines, media, emit } = this.#state;
    const { room, seat } = place;
    const wasAway = seat.socket === null && seat.greeted;
    if (seat.socket !== null) lines.hangUp(seat.socket, { code: 'session-taken-over', detail: '' });
    const missed = lastSeq === null || !seat.greeted ? null : seat.log.after(lastSeq);
    if (seat.greeted && missed === null) room.restart(seat);
    seat.connection = connection ?? null;
    lines.seat(line, place);
    room.greet(seat, missed === null ? null : lastSeq);
    for (const message of missed ?? []) emit({ kind: 'send', socket: line.socket, message });
    if (wasAway) room.tellPresence(seat);
    media.want(room);
  }

  #numbered(nowMs: number, line: Line, { room, seat }: Place, message: NumberedMessage): void {
    // Sent again after a reconnection although it had arrived.
    if (message.n <= seat.received) return;
    if (message.n > seat.received + 1) {
      dismiss(this.#state, nowMs, line.socket, 'signal-invalid', `n: ${seat.received + 1} is next`);
      return;
    }
    seat.received = message.n;
    if (message.type === 'leave') {
      remove(this.#state, nowMs, { room, seat }, 'left');
      return;
    }
    const complaint = passOn(room, seat, message);
    if (complaint === null) return;
    if (!seat.mayErr(nowMs)) {
      dismiss(this.#state, nowMs, line.socket, 'signal-flood', complaint.detail);
      return;
    }
    this.#state.lines.complain(line.socket, complaint, message.n);
  }

  #refuse(code: FailureCode, detail = ''): void {
    this.#state.emit({ kind: 'refused', code, detail });
  }
}
