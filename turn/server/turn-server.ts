import type { Endpoint } from '../../stun/endpoint.ts';
import {
  type Frame,
  lastChannel as lastNewChannel,
  lastOldChannel,
  viewChannelData,
} from '../../stun/framer.ts';
import type { Effect, Input, Machine, SocketId } from '../../stun/machine.ts';
import { earlier } from '../client/named-deadlines.ts';
import type { Allocation, Traffic } from './allocation.ts';
import { AllocationOpener, type OpenStep } from './allocation-opener.ts';
import { AllocationTable, type Holding } from './allocation-table.ts';
import { ClientStreams } from './client-streams.ts';
import { ConnectionTable } from './connection-table.ts';
import type { Call, Desk } from './desk.ts';
import { type Doorway, doorways, streamDoor } from './doorway.ts';
import { FarewellTable } from './farewell-table.ts';
import { datagramKey, datagramTuple, type FiveTuple } from './five-tuple.ts';
import { type Fixtures, furnishOffice, type Office, ownAddresses } from './furnish-office.ts';
import { Gate } from './gate.ts';
import { defaultRateLimits, RateTable } from './rate-table.ts';
import { Reception } from './reception.ts';
import { makeRelayAddresses } from './relay-slot.ts';
import { type Path, Relaying } from './relaying.ts';
import { releaseAllocation, releaseRelay } from './release.ts';
import { ReservationTable } from './reservation-table.ts';
import { TcpRelaying } from './tcp-relaying.ts';
import { TicketTable } from './ticket-table.ts';
import type { ReleaseReason, TurnServerEvent } from './turn-server-event.ts';
import {
  type Census,
  defaultNonceLifetimeSec,
  reflectionLimits,
  streamTransport,
  type TurnServerOptions,
  type TurnSettings,
} from './turn-server-options.ts';

type Effects = Effect<TurnServerEvent>[];

/**
 * A TURN server (RFC 8656) with STUN Binding (RFC 8489) and, with four endpoints, NAT behaviour discovery (RFC
 * 5780). The caller owns the listening sockets and names them by `udpSocket` and `streamPrefix`; relay sockets are
 * opened by effects.
 */
export class TurnServer implements Machine<TurnServerEvent> {
  readonly #doors: ReadonlyMap<SocketId, Doorway>;
  readonly #table = new AllocationTable();
  readonly #reservations: ReservationTable;
  readonly #streams: ClientStreams;
  readonly #opener = new AllocationOpener();
  readonly #gate: Gate;
  readonly #relaying: Relaying;
  readonly #reception: Reception;
  readonly #connections: ConnectionTable<Call>;
  readonly #tcp: TcpRelaying;
  readonly #fixtures: Fixtures;
  #office: Office;
  #stopped = false;

  constructor(options: TurnServerOptions) {
    const { random, listeners, software, epochMs } = options;
    this.#doors = doorways(listeners, software);
    this.#reservations = new ReservationTable(random);
    this.#gate = new Gate(options.seam ?? null);
    this.#relaying = new Relaying(this.#gate, random);
    this.#reception = new Reception({
      gate: this.#gate,
      opener: this.#opener,
      relaying: this.#relaying,
      requests: new RateTable({ ...defaultRateLimits, ...options.limits }),
      reflection: new RateTable(reflectionLimits),
      software,
      epochMs,
    });
    this.#connections = new ConnectionTable<Call>(random);
    this.#tcp = new TcpRelaying({
      gate: this.#gate,
      reception: this.#reception,
      table: this.#table,
      connections: this.#connections,
      random,
    });
    const lastChannel = options.oldChannels === true ? lastOldChannel : lastNewChannel;
    this.#streams = new ClientStreams(lastChannel);
    const { nonceSecret = random(32), nonceLifetimeSec = defaultNonceLifetimeSec } = options;
    this.#fixtures = {
      table: this.#table,
      reservations: this.#reservations,
      farewells: new FarewellTable(),
      tickets: new TicketTable(random),
      connections: this.#connections,
      addresses: makeRelayAddresses(options.relays, options.ports, random),
      lastChannel,
      own: ownAddresses(options),
      siblingPorts: options.siblingPorts ?? [],
      nonces: { nonceSecret, nonceLifetimeSec },
    };
    this.#office = furnishOffice(this.#fixtures, options.settings, false);
    this.#gate.trace(options.settings.trace ?? []);
  }

  handle(nowMs: number, input: Input): Effects {
    return this.#stopped ? [] : this.#gate.withTraces(this.#take(nowMs, input));
  }

  #take(nowMs: number, input: Input): Effects {
    switch (input.kind) {
      case 'start':
        return [];
      case 'opened':
        return this.#tcp.onOpened(nowMs, input) ?? this.#onOpened(nowMs, input.socket, input.local);
      case 'open-failed':
        return (
          this.#tcp.onFailed(nowMs, input.socket) ??
          this.#conclude(nowMs, this.#opener.onFailed(this.#desk, nowMs, input.socket))
        );
      case 'received':
        return this.#onReceived(nowMs, input.socket, input.from, input.bytes);
      case 'send-failed':
        return this.#onSendFailed(nowMs, input);
      case 'closed':
        return this.#tcp.onClosed(input.socket) ?? this.#onClosed(nowMs, input.socket);
      case 'deadline':
        return this.#onDeadline(nowMs);
    }
  }

  nextDeadlineMs(): number | null {
    if (this.#stopped) return null;
    const own = earlier(this.#table.nextExpiryMs(), this.#reservations.nextExpiryMs());
    const streams = earlier(this.#streams.nextExpiryMs(), this.#connections.nextDeadlineMs());
    return earlier(earlier(own, streams), this.#gate.nextDeadlineMs());
  }

  isFinished(): boolean {
    return this.#stopped;
  }

  /** Takes effect for the next request; allocations live on. Throws RangeError on a bad address range. */
  reconfigure(settings: TurnSettings): void {
    this.#office = furnishOffice(this.#fixtures, settings, this.#desk.draining);
    this.#gate.trace(settings.trace ?? []);
  }

  /** From now on no new allocations (300 where an alternate server is known, else 508); the others live on. */
  drain(): void {
    this.#office = { ...this.#office, desk: { ...this.#desk, draining: true } };
  }

  /** Ends all allocations and closes what is open. */
  stop(nowMs: number): Effects {
    const effects = [...this.#table.all()].flatMap((allocation) =>
      this.#release(nowMs, allocation, 'stopped'),
    );
    effects.push(...this.#reservations.closeAll());
    for (const socket of this.#streams.all()) effects.push({ kind: 'close', socket });
    this.#stopped = true;
    return effects;
  }

  /** Payload relayed and datagrams dropped since the start. */
  get traffic(): Traffic {
    return this.#table.traffic;
  }

  get census(): Census {
    const { size, users } = this.#table;
    return { allocations: size, users, reservations: this.#reservations.size, streams: this.#streams.size };
  }

  get #desk(): Desk {
    return this.#office.desk;
  }

  #onOpened(nowMs: number, socket: SocketId, local: Endpoint): Effects {
    const transport = streamTransport(socket);
    if (transport === null)
      return this.#conclude(nowMs, this.#opener.onOpened(this.#desk, nowMs, socket, local));
    this.#streams.accept(nowMs, socket, transport, local);
    return [];
  }

  #onReceived(nowMs: number, socket: SocketId, from: Endpoint, bytes: Uint8Array): Effects {
    const door = this.#doors.get(socket);
    if (door !== undefined) return this.#onDatagram(nowMs, door, socket, from, bytes);
    const holding = this.#table.ofSocket(socket);
    if (holding !== null) return this.#relaying.fromPeer(this.#desk, nowMs, holding, from, bytes);
    const carried = this.#tcp.onReceived(this.#desk, nowMs, socket, bytes);
    if (carried !== null) return carried;
    const pushed = this.#streams.push(socket, from, bytes);
    if (pushed === null) return [{ kind: 'ignore', reason: `socket ${socket} is not one of ours` }];
    return this.#onFrames(nowMs, pushed.tuple, pushed.frames, pushed.problem);
  }

  #onDatagram(nowMs: number, door: Doorway, socket: SocketId, from: Endpoint, bytes: Uint8Array): Effects {
    const channelData = viewChannelData(bytes, this.#desk.lastChannel);
    if (channelData !== null) {
      const allocation = this.#table.ofDatagram(socket, from);
      const key = allocation?.moving === null ? null : datagramKey(socket, from);
      return this.#relaying.fromChannel(this.#desk, nowMs, { allocation, key }, channelData, bytes);
    }
    const quick = this.#reception.takePlain(nowMs, door, from, bytes);
    if (quick !== null) return quick;
    const tuple = datagramTuple(socket, door.endpoint, from);
    return this.#reception.take(this.#office, nowMs, { tuple, door, bytes });
  }

  #pathOf({ key }: FiveTuple): Path {
    return { allocation: this.#table.of(key), key };
  }

  #onFrames(nowMs: number, tuple: FiveTuple, frames: readonly Frame[], problem: string | undefined): Effects {
    const { socket, server } = tuple;
    const door = streamDoor(socket, server);
    const effects = frames.flatMap((frame) =>
      frame.kind === 'channel-data'
        ? this.#relaying.fromChannel(this.#desk, nowMs, this.#pathOf(tuple), frame, frame.data)
        : this.#reception.take(this.#office, nowMs, { tuple, door, bytes: frame.bytes }),
    );
    this.#greet(nowMs, tuple);
    // RFC 8489 s6.2.2: once the framing is lost there is no way to find the next message.
    return problem === undefined
      ? effects
      : [...effects, ...this.#dropStream(nowMs, socket, tuple.client, problem)];
  }

  #onSendFailed(nowMs: number, { socket, to, error }: Extract<Input, { kind: 'send-failed' }>): Effects {
    const holding = this.#table.ofSocket(socket);
    if (holding === null) return [{ kind: 'ignore', reason: `not sent: ${error.code}` }];
    return this.#relaying.onSendFailed(nowMs, holding, to, error);
  }

  #onClosed(nowMs: number, socket: SocketId): Effects {
    this.#streams.remove(socket);
    const holding = this.#table.ofSocket(socket);
    if (holding !== null) return this.#endRelay(nowMs, holding, 'stopped');
    const allocation = this.#table.of(socket);
    if (allocation === null) return [];
    // RFC 8016: a client that has moved lives on by its other path; one with a ticket may still come back.
    if (allocation.moving?.tuple.key === socket) this.#table.stay(allocation);
    else if (allocation.moving !== null) this.#table.settle(allocation);
    else if (allocation.ticket === null) return this.#release(nowMs, allocation, 'stream-closed');
    return [];
  }

  #onDeadline(nowMs: number): Effects {
    const effects = this.#table
      .takeExpired(nowMs)
      .flatMap((holding) => this.#endRelay(nowMs, holding, 'expired'));
    effects.push(...this.#reservations.expire(nowMs));
    for (const { socket, client } of this.#streams.takeExpired(nowMs)) {
      effects.push(...this.#dropStream(nowMs, socket, client, 'no allocation within a minute'));
    }
    effects.push(...this.#tcp.onDeadline(nowMs), ...this.#gate.onDeadline(nowMs));
    return effects;
  }

  #conclude(nowMs: number, step: OpenStep | null): Effects {
    if (step === null) return [{ kind: 'ignore', reason: 'nobody waits for that socket any more' }];
    const effects = this.#reception.conclude(nowMs, step);
    if (step.done !== null) this.#greet(nowMs, step.done.call.tuple);
    return effects;
  }

  /** Streams with an allocation may stay, the others only for a while; one that carries a connection has no frames. */
  #greet(nowMs: number, { key, socket }: FiveTuple): void {
    if (this.#connections.ofSocket(socket) !== null) this.#streams.remove(socket);
    else if (this.#table.of(key)?.isOpen === true) this.#streams.welcome(socket);
    else this.#streams.estrange(nowMs, socket);
  }

  /** One relayed address is gone; with the last one the allocation is. */
  #endRelay(nowMs: number, { allocation, relay }: Holding, reason: ReleaseReason): Effects {
    if (allocation.relays.length > 1) return releaseRelay(this.#desk, allocation, relay);
    return this.#release(nowMs, allocation, reason);
  }

  #release(nowMs: number, allocation: Allocation, reason: ReleaseReason): Effects {
    if (!allocation.isOpen) return this.#opener.abandon(this.#desk, nowMs, allocation);
    const { tuple, moving } = allocation;
    const effects = releaseAllocation(this.#desk, nowMs, allocation, reason);
    for (const path of moving === null ? [tuple] : [tuple, moving.tuple]) this.#greet(nowMs, path);
    return effects;
  }

  #dropStream(nowMs: number, socket: SocketId, client: Endpoint | null, why: string): Effects {
    const effects = this.#onClosed(nowMs, socket);
    if (client !== null) effects.push({ kind: 'emit', event: { kind: 'stream-dropped', client, why } });
    return [...effects, { kind: 'close', socket }];
  }
}
