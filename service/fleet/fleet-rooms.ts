/** The rooms of a node among others, on real sockets, bus, ledger and clock, and what HTTP asks of them. */
import { createHash } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import {
  type JoinRequest,
  type RoomRequest,
  type RoomTicket,
  type RoomView,
  roomTicketSchema,
} from '../../contract/room.ts';
import type { RoomPath } from '../../contract/room-path.ts';
import type { Bus, Unsubscribe } from '../bus/bus.ts';
import type { NodePresence } from '../bus/node-presence.ts';
import { fault } from '../fault.ts';
import { MachineLoop } from '../rooms/machine-loop.ts';
import { MemberSockets, type RoomSocket, type SocketEvent } from '../rooms/member-sockets.ts';
import { newMember, newRoom } from '../rooms/new-room.ts';
import type { RoomLimits } from '../rooms/room-limits.ts';
import { type MediaServers, RoomMedia } from '../rooms/room-media.ts';
import type { RoomAdmission, RoomService } from '../rooms/room-service.ts';
import { settleWithin } from '../settle-within.ts';
import type { SocketWatch } from '../trace/room-messages.ts';
import { FleetDesk } from './desk/fleet-desk.ts';
import { type AskOutcome, frameSchema, type RoomAsk } from './desk/fleet-messages.ts';
import type { FleetEffect, FleetInput } from './desk/fleet-traffic.ts';
import { FleetCounts } from './fleet-counts.ts';
import { callMs, RoomCalls } from './room-calls.ts';
import { RoomLedger } from './room-ledger.ts';

export interface FleetRoomsOptions {
  readonly bus: Bus;
  readonly presence: NodePresence;
  readonly limits: RoomLimits;
  readonly mediaServers: MediaServers;
  readonly registry: Registry;
  readonly now: () => Date;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  /** Absent: nobody looks on. */
  readonly watchSockets?: SocketWatch;
}

/** What is given to rooms to be handed on when the node stops. */
const releaseMs = 1_500;

type Done = Extract<AskOutcome, { kind: 'done' }>;

export class FleetRooms implements RoomService {
  readonly #options: FleetRoomsOptions;
  readonly #desk: FleetDesk;
  readonly #loop: MachineLoop<FleetInput, FleetEffect>;
  readonly #sockets: MemberSockets;
  readonly #media: RoomMedia;
  readonly #ledger: RoomLedger;
  readonly #counts: FleetCounts;
  readonly #undo: Unsubscribe[];
  readonly #asks = new Map<string, (outcome: AskOutcome) => void>();
  readonly #calls: RoomCalls;
  #nextNumber = 1;
  #onIdle: (() => void) | null = null;

  constructor(options: FleetRoomsOptions) {
    const { bus, presence, limits, mediaServers, log, watchSockets = (handle) => handle } = options;
    this.#options = options;
    this.#counts = new FleetCounts(options.registry);
    this.#calls = new RoomCalls(bus, (input) => this.#loop.feed(input));
    this.#ledger = new RoomLedger({
      bus,
      feed: (input) => this.#loop.feed(input),
      log,
      onUnanswered: () => this.#counts.unanswered(),
    });
    this.#desk = new FleetDesk(performance.now(), {
      node: bus.node,
      limits,
      nodes: () => presence.nodes.map(({ node }) => node),
    });
    this.#loop = new MachineLoop<FleetInput, FleetEffect>(this.#desk, { kind: 'due' }, (effect) =>
      this.#carryOut(effect),
    );
    const newNumber = (): number => this.#number();
    this.#sockets = new MemberSockets(
      newNumber,
      watchSockets((socket, event) => this.#loop.feed(inputOf(socket, event))),
    );
    this.#media = new RoomMedia({
      servers: mediaServers,
      log,
      newNumber,
      onEvent: (event) => this.#loop.feed({ ...event, kind: `media-${event.kind}` } as FleetInput),
    });
    this.#undo = [
      bus.subscribe(framesOf(bus.node), frameSchema, ({ from, message }) => {
        this.#loop.feed({ kind: 'frame', from, frame: message });
      }),
      bus.serve(ticketsOf(bus.node), z.null(), async () => this.#desk.tickets),
      bus.onState((state) => this.#loop.feed({ kind: 'bus', isUp: state === 'up' })),
      presence.onGone((node) => this.#loop.feed({ kind: 'gone', node })),
    ];
    // Its first deadline.
    this.#loop.feed({ kind: 'due' });
  }

  // – the session part –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  /** Of all nodes that answer. */
  async tickets(): Promise<RoomTicket[]> {
    const { bus, presence } = this.#options;
    const others = presence.nodes.filter(({ node }) => node !== bus.node);
    const reply = z.array(roomTicketSchema);
    const lists = await Promise.allSettled(
      others.map(({ node }) => bus.request(ticketsOf(node), null, { reply, timeoutMs: callMs })),
    );
    const elsewhere = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
    return [...this.#desk.tickets, ...elsewhere];
  }

  census(): { rooms: number; members: number } {
    return { rooms: this.#desk.tickets.length, members: this.#desk.members };
  }

  mediaPaths(): RoomPath[] {
    return this.#media.paths;
  }

  canServe(path: RoomPath): boolean {
    return this.#media.canServe(path);
  }

  async create(request: RoomRequest, project: string): Promise<RoomTicket> {
    const room = newRoom(request, project, this.#options.now());
    return ticketIn(await this.#answerTo((id) => ({ kind: 'create', id, room })));
  }

  async join(id: string, request: JoinRequest): Promise<RoomAdmission> {
    const { member, session } = newMember(request);
    const hidden = fingerprint(session);
    const joined = await this.#ask(id, { kind: 'join', token: request.token, member, session: hidden });
    return { member: member.id, session, ticket: ticketIn(joined) };
  }

  async ticket(id: string): Promise<RoomTicket> {
    return ticketIn(await this.#ask(id, { kind: 'view' }));
  }

  async memberBy(id: string, session: string | null): Promise<string> {
    if (session === null) throw fault('session-unknown');
    const { member } = await this.#ask(id, { kind: 'member-by', session: fingerprint(session) });
    if (member === null) throw fault('session-unknown');
    return member;
  }

  async leave(id: string, member: string, reason: 'left' | 'removed'): Promise<void> {
    await this.#ask(id, { kind: 'leave', member, reason });
  }

  async changePath(id: string, path: RoomPath): Promise<RoomView> {
    return ticketIn(await this.#ask(id, { kind: 'change-path', path })).room;
  }

  async closeRoom(id: string): Promise<void> {
    await this.#ask(id, { kind: 'close' });
  }

  // – the channel part –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

  serve(socket: RoomSocket): void {
    this.#sockets.add(socket);
  }

  /** Hands all rooms on. */
  async close(): Promise<void> {
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    this.#loop.feed({ kind: 'stop' });
    if (!this.#desk.isIdle) await settleWithin([idle], releaseMs);
    for (const undo of this.#undo) undo();
    this.#calls.close();
    this.#loop.close();
  }

  #ask(room: string, ask: RoomAsk): Promise<Done> {
    return this.#answerTo((id) => ({ kind: 'ask', id, room, ask }));
  }

  /** Rejects with a RequestFault where it is refused. */
  async #answerTo(inputFor: (id: string) => FleetInput): Promise<Done> {
    const id = `${this.#options.bus.node}.${this.#number()}`;
    const outcome = await new Promise<AskOutcome>((resolve) => {
      this.#asks.set(id, resolve);
      this.#loop.feed(inputFor(id));
    });
    if (outcome.kind === 'refused') throw fault(outcome.code, outcome.detail);
    return outcome;
  }

  #carryOut(effect: FleetEffect): void {
    const { bus } = this.#options;
    switch (effect.kind) {
      case 'send':
        this.#sockets.send(effect.socket, effect.message);
        break;
      case 'hang-up': {
        const { socket, reason, again } = effect;
        this.#sockets.close(socket, again ? 'again' : reason === 'left' ? 'left' : 'refused', reason);
        break;
      }
      case 'answer':
        this.#asks.get(effect.id)?.(effect.outcome);
        this.#asks.delete(effect.id);
        break;
      case 'call':
        void this.#calls.call(effect);
        break;
      case 'reply':
        this.#calls.reply(effect.call, effect.reply);
        break;
      case 'frame':
        bus.publish(framesOf(effect.node), effect.frame);
        break;
      case 'append':
      case 'read':
      case 'last':
      case 'list':
      case 'erase':
        void this.#ledger.carryOut(effect);
        break;
      case 'own':
        this.#calls.own(effect.room);
        this.#counts.owned(effect.isAdopted);
        break;
      case 'disown':
        this.#calls.disown(effect.room);
        if (effect.reason === 'deposed') {
          this.#counts.deposed();
          this.#options.log.warn({ room: effect.room }, 'another node has taken the room over');
        }
        if (this.#desk.isIdle) this.#onIdle?.();
        break;
      case 'open-media':
        this.#media.open(effect);
        break;
      case 'media-send':
        this.#media.send(effect.media, effect.message);
        break;
      case 'close-media':
        this.#media.close(effect.media, effect.reason);
    }
  }

  #number(): number {
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    return number;
  }
}

/** Throws where the room has ended meanwhile. */
function ticketIn({ ticket }: Done): RoomTicket {
  if (ticket === null) throw fault('room-closed');
  return ticket;
}

function framesOf(node: string): string {
  return `polynya.frames.${node}`;
}

function ticketsOf(node: string): string {
  return `polynya.tickets.${node}`;
}

/** What other nodes and the ledger know a session by: whoever reads them cannot take the member’s place. */
function fingerprint(session: string): string {
  return createHash('sha256').update(session).digest('base64url');
}

function inputOf(socket: number, event: SocketEvent): FleetInput {
  if (event.kind !== 'said') return { ...event, socket };
  const { message, characters } = event;
  const hidden = message.type === 'hello' ? { ...message, session: fingerprint(message.session) } : message;
  return { kind: 'heard', socket, message: hidden, characters };
}
