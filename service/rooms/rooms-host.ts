/** The rooms’ machine on real sockets and the real clock, and what HTTP asks of it. */
import type { JoinRequest, RoomRequest, RoomTicket, RoomView } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import { fault } from '../fault.ts';
import type { SocketWatch } from '../trace/room-messages.ts';
import { MachineLoop } from './machine-loop.ts';
import { MemberSockets, type RoomSocket } from './member-sockets.ts';
import { newMember, newRoom } from './new-room.ts';
import { RoomDesk } from './room-desk.ts';
import type { RoomLimits } from './room-limits.ts';
import { type MediaEvent, RoomMedia, type RoomMediaOptions } from './room-media.ts';
import type { RoomAdmission, RoomService } from './room-service.ts';
import type { RoomEffect, RoomInput, SocketId } from './room-traffic.ts';
import type { Seat } from './seat.ts';

export interface RoomsHostOptions extends Pick<RoomMediaOptions, 'log'> {
  readonly limits: RoomLimits;
  readonly mediaServers: RoomMediaOptions['servers'];
  readonly now: () => Date;
  /** Absent: nobody looks on. */
  readonly watchSockets?: SocketWatch;
}

export class RoomsHost implements RoomService {
  readonly #options: RoomsHostOptions;
  readonly #desk: RoomDesk;
  readonly #loop: MachineLoop<RoomInput, RoomEffect>;
  readonly #sockets: MemberSockets;
  readonly #media: RoomMedia;
  #nextSocket = 1;

  constructor(options: RoomsHostOptions) {
    this.#options = options;
    const { watchSockets = (handle) => handle } = options;
    this.#desk = new RoomDesk(options.limits);
    this.#media = new RoomMedia({
      servers: options.mediaServers,
      log: options.log,
      newNumber: () => this.#newSocket(),
      onEvent: (event) => this.#loop.feed(inputOf(event)),
    });
    this.#loop = new MachineLoop<RoomInput, RoomEffect>(this.#desk, { kind: 'due' }, (effect) =>
      this.#carryOut(effect),
    );
    this.#sockets = new MemberSockets(
      () => this.#newSocket(),
      watchSockets((socket, event) => this.#loop.feed({ ...event, socket })),
    );
  }

  // – the session part –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  tickets(): RoomTicket[] {
    return this.#desk.rooms.map((room) => room.ticket());
  }

  census(): { rooms: number; members: number } {
    const { rooms } = this.#desk;
    const isHere = ({ socket }: Seat): boolean => socket !== null;
    return {
      rooms: rooms.length,
      members: rooms.reduce((sum, { people }) => sum + people.filter(isHere).length, 0),
    };
  }

  mediaPaths(): RoomPath[] {
    return this.#media.paths;
  }

  canServe(path: RoomPath): boolean {
    return this.#media.canServe(path);
  }

  create(request: RoomRequest, project: string): RoomTicket {
    const room = newRoom(request, project, this.#options.now());
    this.#ask({ kind: 'create', room });
    return this.ticket(room.id);
  }

  join(id: string, request: JoinRequest): RoomAdmission {
    const { member, session } = newMember(request);
    this.#ask({ kind: 'join', room: id, token: request.token, member, session });
    return { member: member.id, session, ticket: this.ticket(id) };
  }

  ticket(id: string): RoomTicket {
    const room = this.#desk.room(id);
    if (room === undefined) throw fault('room-closed');
    return room.ticket();
  }

  memberBy(id: string, session: string | null): string {
    const place = session === null ? undefined : this.#desk.placeOf(session);
    if (place === undefined || place.room.spec.id !== id) throw fault('session-unknown');
    return place.seat.id;
  }

  leave(id: string, member: string, reason: 'left' | 'removed'): void {
    this.#ask({ kind: 'leave', room: id, member, reason });
  }

  changePath(id: string, path: RoomPath): RoomView {
    this.#ask({ kind: 'change-path', room: id, path });
    return this.ticket(id).room;
  }

  closeRoom(id: string): void {
    this.#ask({ kind: 'close', room: id });
  }

  // – the channel part –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  serve(socket: RoomSocket): void {
    this.#sockets.add(socket);
  }

  /** Ends all rooms. */
  close(): void {
    for (const { spec } of this.#desk.rooms) this.#loop.feed({ kind: 'close', room: spec.id });
    this.#loop.close();
  }

  /** Feeds a question of HTTP; throws where the machine refuses. */
  #ask(input: RoomInput): void {
    const refusal = this.#loop.feed(input).find((effect) => effect.kind === 'refused');
    if (refusal !== undefined) throw fault(refusal.code, refusal.detail);
  }

  #carryOut(effect: RoomEffect): void {
    switch (effect.kind) {
      case 'send':
        if (!this.#media.send(effect.socket, effect.message)) {
          this.#sockets.send(effect.socket, effect.message);
        }
        break;
      case 'hang-up':
        this.#media.close(effect.socket, effect.reason);
        this.#sockets.close(effect.socket, effect.reason === 'left' ? 'left' : 'refused', effect.reason);
        break;
      case 'open-media':
        this.#media.open(effect);
        break;
      case 'refused':
      case 'ended':
        return;
    }
  }

  #newSocket(): SocketId {
    const id = this.#nextSocket;
    this.#nextSocket += 1;
    return id;
  }
}

/** A media server has a socket like everybody. */
function inputOf(event: MediaEvent): RoomInput {
  switch (event.kind) {
    case 'opened':
      return { kind: 'media-opened', room: event.room, socket: event.media };
    case 'failed':
      return { kind: 'media-failed', room: event.room };
    case 'said':
      return { kind: 'said', socket: event.media, message: event.message, characters: 0 };
    case 'lost':
      return { kind: 'closed', socket: event.media };
  }
}
