import type { Endpoint } from '../../../stun/endpoint.ts';
import { type Frame, StreamFramer } from '../../../stun/framer.ts';
import type { Effect, Input, LinkError, SocketId, Transport } from '../../../stun/machine.ts';
import { closedByServer } from '../../client/server-link.ts';
import type { EvidenceLog } from './evidence-log.ts';
import type { Pace } from './pace.ts';
import type { Answer, Demand, Packet, Reply, Script } from './script.ts';
import { keyOf, Volley } from './volley.ts';

/** What all scripts of one run share. */
export interface Common {
  readonly pace: Pace;
  readonly evidence: EvidenceLog;
  readonly packets: { sent: number; received: number };
}

interface Socket {
  readonly transport: Transport;
  local: Endpoint | null;
  readonly framer: StreamFramer | null;
}

type Waiting =
  | { readonly kind: 'open'; readonly socket: SocketId }
  | { readonly kind: 'shoot'; readonly volley: Volley }
  | {
      readonly kind: 'listen';
      readonly untilMs: number;
      readonly enough: ((packets: readonly Packet[]) => boolean) | undefined;
    };

/** Packets that nobody listens for must not fill the memory. */
const maxInbox = 4096;

/** Runs one script on its own sockets, whose names it keeps apart from those of other scripts. */
export class ScriptRunner {
  readonly #script: Script<void>;
  readonly #prefix: string;
  readonly #common: Common;
  readonly #sockets = new Map<SocketId, Socket>();
  /** Keys of requests that were sent more than once: each copy may have an answer of its own on its way. */
  readonly #resent = new Set<string>();
  #inbox: Packet[] = [];
  #waiting: Waiting | null = null;
  #done = false;

  constructor(name: string, script: Script<void>, common: Common) {
    this.#prefix = `${name}/`;
    this.#script = script;
    this.#common = common;
  }

  get isDone(): boolean {
    return this.#done;
  }

  owns(socket: SocketId): boolean {
    return socket.startsWith(this.#prefix) && this.#sockets.has(this.#inner(socket));
  }

  nextDeadlineMs(): number | null {
    if (this.#waiting?.kind === 'shoot') return this.#waiting.volley.nextDeadlineMs();
    return this.#waiting?.kind === 'listen' ? this.#waiting.untilMs : null;
  }

  start(nowMs: number): Effect[] {
    return this.#step(nowMs, this.#script.next());
  }

  handle(nowMs: number, input: Exclude<Input, { kind: 'start' }>): Effect[] {
    if (this.#done) return [];
    if (input.kind === 'deadline') return this.#onDeadline(nowMs);
    const socket = this.#inner(input.socket);
    switch (input.kind) {
      case 'opened':
        return this.#onOpened(nowMs, socket, { kind: 'opened', local: input.local, nowMs });
      case 'open-failed':
        this.#sockets.delete(socket);
        return this.#onOpened(nowMs, socket, { kind: 'not-opened', error: input.error, nowMs });
      case 'received':
        return this.#onReceived(nowMs, socket, input.from, input.bytes);
      case 'send-failed':
        return this.#onBroken(nowMs, socket, input.error);
      case 'closed':
        this.#sockets.delete(socket);
        this.#keep({ ...nothing, socket, atMs: nowMs, kind: 'closed' });
        return this.#onBroken(nowMs, socket, input.error ?? closedByServer);
    }
  }

  #inner(socket: SocketId): SocketId {
    return socket.slice(this.#prefix.length);
  }

  #step(nowMs: number, result: IteratorResult<Demand, void>): Effect[] {
    const effects: Effect[] = [];
    let next = result;
    while (next.done !== true) {
      const answer = this.#begin(nowMs, next.value, effects);
      if (answer === null) return effects;
      next = this.#script.next(answer);
    }
    this.#done = true;
    this.#waiting = null;
    for (const socket of this.#sockets.keys()) effects.push({ kind: 'close', socket: this.#prefix + socket });
    this.#sockets.clear();
    return effects;
  }

  /** Starts what is demanded; returns the answer where it is there at once. */
  #begin(nowMs: number, demand: Demand, effects: Effect[]): Answer | null {
    switch (demand.kind) {
      case 'open': {
        const framer = demand.transport === 'udp' ? null : new StreamFramer();
        this.#sockets.set(demand.socket, { transport: demand.transport, local: null, framer });
        this.#waiting = { kind: 'open', socket: demand.socket };
        effects.push({ ...demand, socket: this.#prefix + demand.socket });
        return null;
      }
      case 'close':
        if (this.#sockets.delete(demand.socket))
          effects.push({ kind: 'close', socket: this.#prefix + demand.socket });
        return { kind: 'done', nowMs };
      case 'send':
        effects.push(this.#send(demand.socket, demand.to, demand.bytes));
        return { kind: 'done', nowMs };
      case 'shoot': {
        const volley = new Volley(nowMs, demand.shots, (shot) => {
          const overStream = this.#sockets.get(shot.socket)?.transport !== 'udp';
          const { pace } = this.#common;
          return shot.awaits === 'answer' ? pace.forAnswer(overStream) : pace.forSilence(overStream);
        });
        this.#waiting = { kind: 'shoot', volley };
        for (const { socket } of demand.shots) {
          if (!this.#sockets.has(socket)) volley.onBroken(socket, closedByServer);
        }
        for (const shot of volley.due(nowMs)) effects.push(this.#send(shot.socket, shot.to, shot.bytes));
        return volley.isOver ? this.#repliesOf(nowMs, volley) : null;
      }
      case 'listen':
        if (demand.forMs <= 0 || demand.enough?.(this.#inbox) === true) return this.#takeInbox(nowMs);
        this.#waiting = { kind: 'listen', untilMs: nowMs + demand.forMs, enough: demand.enough };
        return null;
    }
  }

  #send(socket: SocketId, to: Endpoint, bytes: Uint8Array): Effect {
    this.#common.packets.sent += 1;
    return { kind: 'send', socket: this.#prefix + socket, to, bytes };
  }

  #onOpened(nowMs: number, socket: SocketId, answer: Answer): Effect[] {
    if (this.#waiting?.kind !== 'open' || this.#waiting.socket !== socket) return [];
    const known = this.#sockets.get(socket);
    if (known !== undefined && answer.kind === 'opened') known.local = answer.local;
    return this.#resume(nowMs, answer);
  }

  #onDeadline(nowMs: number): Effect[] {
    const waiting = this.#waiting;
    if (waiting?.kind === 'listen') {
      return nowMs >= waiting.untilMs ? this.#resume(nowMs, this.#takeInbox(nowMs)) : [];
    }
    if (waiting?.kind !== 'shoot') return [];
    const effects = waiting.volley.due(nowMs).map(({ socket, to, bytes }) => this.#send(socket, to, bytes));
    return waiting.volley.isOver
      ? [...effects, ...this.#resume(nowMs, this.#repliesOf(nowMs, waiting.volley))]
      : effects;
  }

  #onReceived(nowMs: number, socket: SocketId, from: Endpoint, bytes: Uint8Array): Effect[] {
    this.#common.packets.received += 1;
    const framer = this.#sockets.get(socket)?.framer ?? null;
    const base = { socket, from, atMs: nowMs, channel: null };
    if (framer === null) return this.#onFrame(nowMs, { ...base, kind: 'stun', bytes });
    const { frames, problem } = framer.push(bytes);
    const packets = frames.map((frame) => ({ ...base, ...packetOf(frame) }));
    if (problem !== undefined) packets.push({ ...base, kind: 'junk', bytes });
    return packets.flatMap((packet) => this.#onFrame(nowMs, packet));
  }

  #onFrame(nowMs: number, packet: Packet): Effect[] {
    const waiting = this.#waiting;
    const isAnswer =
      waiting?.kind === 'shoot' &&
      packet.kind === 'stun' &&
      waiting.volley.onMessage(nowMs, packet.socket, packet.from, packet.bytes);
    if (isAnswer) {
      return waiting.volley.isOver ? this.#resume(nowMs, this.#repliesOf(nowMs, waiting.volley)) : [];
    }
    if (this.#isLateAnswer(packet)) return [];
    this.#keep(packet);
    if (waiting?.kind !== 'listen' || waiting.enough?.(this.#inbox) !== true) return [];
    return this.#resume(nowMs, this.#takeInbox(nowMs));
  }

  #onBroken(nowMs: number, socket: SocketId, error: LinkError): Effect[] {
    const waiting = this.#waiting;
    if (waiting?.kind === 'listen' && waiting.enough?.(this.#inbox) === true) {
      return this.#resume(nowMs, this.#takeInbox(nowMs));
    }
    if (waiting?.kind !== 'shoot') return [];
    waiting.volley.onBroken(socket, error);
    return waiting.volley.isOver ? this.#resume(nowMs, this.#repliesOf(nowMs, waiting.volley)) : [];
  }

  #resume(nowMs: number, answer: Answer): Effect[] {
    this.#waiting = null;
    return this.#step(nowMs, this.#script.next(answer));
  }

  /** The answer to another copy of a request whose volley is over (RFC 8489 s6.2.1); a response has its class bit 1 set. */
  #isLateAnswer({ kind, bytes }: Packet): boolean {
    if (kind !== 'stun' || ((bytes[0] ?? 0) & 1) === 0) return false;
    const key = keyOf(bytes);
    return key !== null && this.#resent.has(key);
  }

  #keep(packet: Packet): void {
    if (this.#inbox.length < maxInbox) this.#inbox.push(packet);
  }

  #takeInbox(nowMs: number): Answer {
    const packets = this.#inbox;
    this.#inbox = [];
    return { kind: 'packets', packets, nowMs };
  }

  #repliesOf(nowMs: number, volley: Volley): Answer {
    const replies = volley.flights.map((flight): Reply => {
      const socket = this.#sockets.get(flight.shot.socket);
      const evidence = this.#common.evidence.add(flight, socket?.transport ?? 'tcp', socket?.local ?? null);
      const { reply, more } = flight;
      if (reply === null) throw new TypeError('a volley that is over has all its replies');
      if (flight.sentMs.length > 1 && flight.shot.awaits === 'answer') {
        if (reply.outcome === 'success' || reply.outcome === 'error') this.#common.pace.sawLoss();
        const key = keyOf(flight.shot.bytes);
        if (key !== null) this.#resent.add(key);
      }
      return { ...reply, more, evidence };
    });
    return { kind: 'replies', replies, nowMs };
  }
}

const nothing = { from: { address: '', port: 0 }, bytes: new Uint8Array(0), channel: null } as const;

function packetOf(frame: Frame): Pick<Packet, 'kind' | 'bytes' | 'channel'> {
  return frame.kind === 'stun'
    ? { kind: 'stun', bytes: frame.bytes, channel: null }
    : { kind: 'data', bytes: frame.data, channel: frame.channel };
}
