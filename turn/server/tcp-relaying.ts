import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, RandomBytes, SocketId } from '../../stun/machine.ts';
import { methods, type StunMessage } from '../../stun/message.ts';
import type { AllocationTable, Holding } from './allocation-table.ts';
import { refuse, succeed } from './answer.ts';
import {
  type Connection,
  type ConnectionTable,
  connectionWaitMs,
  maxConnections,
} from './connection-table.ts';
import type { Call, Desk } from './desk.ts';
import type { Gate } from './gate.ts';
import type { Reception } from './reception.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

type Effects = Effect<TurnServerEvent>[];

export interface TcpRelayingParts {
  readonly gate: Gate;
  readonly reception: Reception;
  readonly table: AllocationTable;
  readonly connections: ConnectionTable<Call>;
  readonly random: RandomBytes;
}

/**
 * TCP connections through the relay (RFC 6062). A peer is not read before the client has fetched its connection; from
 * then on bytes go from one stream to the other as they come. Null from the handlers: not a stream of these.
 */
export class TcpRelaying {
  readonly #parts: TcpRelayingParts;

  constructor(parts: TcpRelayingParts) {
    this.#parts = parts;
  }

  onOpened(nowMs: number, { socket, remote }: Extract<Input, { kind: 'opened' }>): Effects | null {
    const connection = this.#parts.connections.ofSocket(socket);
    if (connection !== null) return this.#onAnswered(nowMs, connection);
    if (remote === undefined) return null;
    // Accepted streams are called like the socket that accepted them, with a number behind.
    const holding = this.#parts.table.ofSocket(socket.slice(0, socket.lastIndexOf(':')));
    return holding === null ? null : this.#onCaller(nowMs, holding, socket, remote);
  }

  /** RFC 6062 s5.2: the peer cannot be reached. */
  onFailed(nowMs: number, socket: SocketId): Effects | null {
    const connection = this.#parts.connections.ofSocket(socket);
    return connection === null ? null : this.#giveUp(nowMs, connection, socket);
  }

  onReceived(desk: Desk, nowMs: number, socket: SocketId, bytes: Uint8Array): Effects | null {
    const { connections } = this.#parts;
    const connection = connections.ofSocket(socket);
    if (connection === null) return null;
    const { peer, client, allocation } = connection;
    if (client === null) return [{ kind: 'ignore', reason: 'nobody has fetched the connection' }];
    const [from, to] = socket === peer.socket ? [peer, client] : [client, peer];
    const towards = to === peer ? 'peers' : 'client';
    allocation.traffic[towards === 'peers' ? 'toPeers' : 'fromPeers'] += bytes.length;
    const send: Effects[number] = { kind: 'send', socket: to.socket, to: to.at, bytes, reliable: true };
    const waitMs = allocation.paceMs(nowMs, towards, bytes.length, desk.quota.bandwidth);
    if (waitMs === 0) return [send];
    connections.rest(from, nowMs + waitMs);
    return [send, { kind: 'read', socket, on: false }];
  }

  /** RFC 6062 s5.5: with one of its two streams the other ends. */
  onClosed(socket: SocketId): Effects | null {
    const { connections } = this.#parts;
    const connection = connections.ofSocket(socket);
    return connection === null ? null : connections.end(connection, socket);
  }

  onDeadline(nowMs: number): Effects {
    const { connections } = this.#parts;
    const overdue = connections.takeOverdue(nowMs).flatMap((each) => this.#giveUp(nowMs, each, null));
    const rested = connections.takeRested(nowMs);
    return [...overdue, ...rested.map((socket) => ({ kind: 'read', socket, on: true }) as const)];
  }

  #onAnswered(nowMs: number, connection: Connection<Call>): Effects {
    const { call, id, peer } = connection;
    const effects: Effects = [{ kind: 'read', socket: peer.socket, on: false }];
    if (call === null) return effects;
    connection.call = null;
    connection.waitsUntilMs = nowMs + connectionWaitMs;
    const answer = succeed([{ name: 'CONNECTION-ID', value: id }]);
    return this.#parts.reception.conclude(nowMs, { effects, done: { call, answer } });
  }

  /** RFC 6062 s5.3: accepted first, because a listening socket cannot choose. */
  #onCaller(nowMs: number, { allocation, relay }: Holding, socket: SocketId, remote: Endpoint): Effects {
    const { connections, gate, random } = this.#parts;
    const permitted = allocation.permissions.permits(nowMs, remote.address);
    if (!permitted || connections.countOf(relay) >= maxConnections) {
      allocation.traffic.dropped += 1;
      return [{ kind: 'close', socket }];
    }
    const { id } = connections.add(nowMs, { allocation, relay, socket, peer: remote, call: null });
    const message: StunMessage = {
      method: methods.connectionAttempt,
      class: 'indication',
      transactionId: random(12),
      attributes: [
        { name: 'CONNECTION-ID', value: id },
        { name: 'XOR-PEER-ADDRESS', value: remote },
      ],
    };
    const { tuple, account } = allocation;
    const { username } = account;
    return [
      { kind: 'read', socket, on: false },
      ...gate.sendMessage(nowMs, { tuple, username, message, seal: null, withFingerprint: false }),
    ];
  }

  /** The peer has not answered, or the client has not come for what it asked for. */
  #giveUp(nowMs: number, connection: Connection<Call>, closed: SocketId | null): Effects {
    const { call } = connection;
    const effects = this.#parts.connections.end(connection, closed);
    if (call === null) return effects;
    return this.#parts.reception.conclude(nowMs, { effects, done: { call, answer: refuse(447) } });
  }
}
