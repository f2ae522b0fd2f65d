/** The rooms’ machine on real sockets and the real clock, and what HTTP asks of it. */
import { randomBytes } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { JoinRequest, RoomRequest, RoomTicket, RoomView } from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import { fault } from '../fault.ts';
import { Heartbeat } from '../live/heartbeat.ts';
import { type Outlet, openMediaOutlet } from './media-outlet.ts';
import type { OpenMediaServer } from './media-server.ts';
import { readClientMessage } from './read-client-message.ts';
import type { Room } from './room.ts';
import { RoomDesk } from './room-desk.ts';
import type { RoomLimits } from './room-limits.ts';
import type { MediaPath, RoomEffect, RoomInput, SocketId } from './room-traffic.ts';
import type { Seat } from './seat.ts';

/** What the host needs of a WebSocket (`ws` has it). */
export interface RoomSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'pong' | 'close' | 'error', listener: () => void): unknown;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
}

/** Media servers by `kind:server` of the path. */
export type MediaServers = Readonly<Record<`${MediaPath['kind']}:${string}`, OpenMediaServer>>;

export interface RoomsHostOptions {
  readonly limits: RoomLimits;
  readonly mediaServers: MediaServers;
  readonly now: () => Date;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
}

/** RFC 6455 §7.4.1. */
const closeNormal = 1000;
const closePolicyViolation = 1008;
const pingMs = 30_000;
/** A reader that lets more than this pile up is cut off; it comes back, and gets what it has missed. */
const maxBufferedBytes = 2_097_152;
/** setTimeout cannot wait longer. */
const maxTimerMs = 2 ** 31 - 1;

export class RoomsHost {
  readonly #options: RoomsHostOptions;
  readonly #desk: RoomDesk;
  readonly #outlets = new Map<SocketId, Outlet>();
  readonly #heartbeat = new Heartbeat<RoomSocket>(pingMs, (socket) => socket.terminate());
  /** Effects that are still to be carried out: carrying one out may lead to others. */
  readonly #queue: RoomEffect[] = [];
  #running = false;
  #nextSocket = 1;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;

  constructor(options: RoomsHostOptions) {
    this.#options = options;
    this.#desk = new RoomDesk(options.limits);
  }

  // – the session part; throws a RequestFault ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  tickets(): RoomTicket[] {
    return this.#desk.rooms.map(ticketOf);
  }

  census(): { rooms: number; members: number } {
    const { rooms } = this.#desk;
    const isHere = ({ socket }: Seat): boolean => socket !== null;
    return {
      rooms: rooms.length,
      members: rooms.reduce((sum, { people }) => sum + people.filter(isHere).length, 0),
    };
  }

  /** Those that the service has a media server for. */
  mediaPaths(): RoomPath[] {
    return Object.keys(this.#options.mediaServers).map((name) => {
      const [kind = '', server = ''] = name.split(':');
      return { kind: kind === 'mcu' ? 'mcu' : 'sfu', server };
    });
  }

  canServe(path: RoomPath): boolean {
    return path.kind === 'mesh' || path.kind === 'relay' || this.#opener(path) !== undefined;
  }

  create({ name, path, size, minutes }: RoomRequest): RoomTicket {
    const createdAt = this.#options.now();
    const lifeMs = minutes * 60_000;
    const id = secret(9);
    this.#ask({
      kind: 'create',
      room: {
        id,
        name,
        path,
        size,
        lifeMs,
        joinToken: secret(18),
        createdAt: createdAt.toISOString(),
        expiresAt: new Date(createdAt.getTime() + lifeMs).toISOString(),
      },
    });
    return ticketOf(this.#room(id));
  }

  join(id: string, { token, name, kind }: JoinRequest): { member: string; session: string; room: RoomView } {
    const [member, session] = [secret(9), secret(18)];
    this.#ask({ kind: 'join', room: id, token, member: { id: member, name, kind }, session });
    return { member, session, room: this.view(id) };
  }

  view(id: string): RoomView {
    return this.#room(id).view();
  }

  /** The member with that session; throws when it has none in this room. */
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
    return this.view(id);
  }

  closeRoom(id: string): void {
    this.#ask({ kind: 'close', room: id });
  }

  // – the channel part –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  serve(socket: RoomSocket): void {
    const id = this.#newSocket();
    this.#heartbeat.add(socket);
    this.#outlets.set(id, {
      send: (message) => {
        if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
        else socket.send(JSON.stringify(message));
      },
      close: (reason) => socket.close(reason === 'left' ? closeNormal : closePolicyViolation, reason),
    });
    socket.on('message', (data, isBinary) => this.#onMessage(id, isBinary ? null : data.toString()));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.#heartbeat.remove(socket);
      this.#outlets.delete(id);
      this.#feed({ kind: 'closed', socket: id });
    });
    this.#feed({ kind: 'opened', socket: id });
  }

  /** Ends all rooms. */
  close(): void {
    for (const { spec } of this.#desk.rooms) this.#feed({ kind: 'close', room: spec.id });
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #onMessage(socket: SocketId, text: string | null): void {
    const message = text === null ? 'messages are text' : readClientMessage(text);
    if (typeof message === 'string') this.#feed({ kind: 'babbled', socket, problem: message });
    else this.#feed({ kind: 'said', socket, message, characters: text?.length ?? 0 });
  }

  #room(id: string): Room {
    const room = this.#desk.room(id);
    if (room === undefined) throw fault('room-closed');
    return room;
  }

  /** Feeds a question of HTTP; throws where the machine refuses. */
  #ask(input: RoomInput): void {
    const effects = this.#desk.handle(performance.now(), input);
    const refusal = effects.find((effect) => effect.kind === 'refused');
    this.#run(effects);
    if (refusal !== undefined) throw fault(refusal.code, refusal.detail);
  }

  #feed(input: RoomInput): void {
    this.#run(this.#desk.handle(performance.now(), input));
  }

  #run(effects: readonly RoomEffect[]): void {
    this.#queue.push(...effects);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
        this.#carryOut(effect);
      }
    } finally {
      this.#running = false;
    }
    this.#setTimer();
  }

  #carryOut(effect: RoomEffect): void {
    switch (effect.kind) {
      case 'send':
        this.#outlets.get(effect.socket)?.send(effect.message);
        break;
      case 'hang-up': {
        const outlet = this.#outlets.get(effect.socket);
        this.#outlets.delete(effect.socket);
        outlet?.close(effect.reason);
        return;
      }
      case 'open-media':
        this.#openMedia(effect);
        break;
      case 'refused':
      case 'ended':
        return;
    }
  }

  #openMedia({ room, path, size }: Extract<RoomEffect, { kind: 'open-media' }>): void {
    const socket = this.#newSocket();
    const { log } = this.#options;
    try {
      const open = this.#opener(path);
      if (open === undefined) throw new Error(`no media server for ${path.kind}:${path.server}`);
      const outlet = openMediaOutlet(open, {
        room,
        path,
        size,
        socket,
        feed: (input) => this.#feed(input),
        onLost: (reason) => {
          log.warn({ room, path: path.kind, reason }, 'the media server of a room was lost');
          if (this.#outlets.delete(socket)) this.#feed({ kind: 'closed', socket });
        },
      });
      this.#outlets.set(socket, outlet);
    } catch (error) {
      log.warn({ room, path: path.kind, err: error }, 'the media server of a room did not open');
      this.#feed({ kind: 'media-failed', room });
      return;
    }
    this.#feed({ kind: 'media-opened', room, socket });
  }

  #opener(path: RoomPath): OpenMediaServer | undefined {
    if (path.kind !== 'sfu' && path.kind !== 'mcu') return undefined;
    const name = `${path.kind}:${path.server}` as const;
    return Object.hasOwn(this.#options.mediaServers, name) ? this.#options.mediaServers[name] : undefined;
  }

  #newSocket(): SocketId {
    const id = this.#nextSocket;
    this.#nextSocket += 1;
    return id;
  }

  #setTimer(): void {
    const dueMs = this.#desk.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
    // One that fires too early finds nothing to do, and is cheaper than a new one for every message.
    if (dueMs >= this.#timerAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAtMs = dueMs;
    const waitMs = Math.min(maxTimerMs, Math.max(0, Math.ceil(dueMs - performance.now())));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.#feed({ kind: 'due' });
    }, waitMs).unref();
  }
}

function ticketOf(room: Room): RoomTicket {
  return { room: room.view(), joinToken: room.spec.joinToken };
}

/** A letter first: an id must not look like an option on a command line. */
function secret(bytes: number): string {
  return `r${randomBytes(bytes).toString('base64url')}`;
}
