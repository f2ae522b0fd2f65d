/**
 * A TURN server and its client reduced to what decides whether a relayed path stands: is the server reached over this
 * transport, and does what one end sends through its relay arrive at the other. Words instead of TURN messages.
 */
import { type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, SocketId, Transport } from '../../stun/machine.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Seat {
  readonly socket: SocketId;
  readonly at: Endpoint;
}

/** Answers `where`; hands out relays, unless it is for STUN only. */
export class ServerModel implements Machine {
  readonly #relays: boolean;
  readonly #seats = new Map<number, Seat>();
  readonly #ports = new Map<string, number>();
  #nextPort = 49_152;
  #isDown = false;

  constructor({ relays }: { readonly relays: boolean }) {
    this.#relays = relays;
  }

  /** Answers nothing more. Its allocations are gone with it. */
  kill(): void {
    this.#isDown = true;
    this.#seats.clear();
    this.#ports.clear();
  }

  restart(): void {
    this.#isDown = false;
  }

  handle(_nowMs: number, input: Input): Effect[] {
    if (input.kind !== 'received' || this.#isDown) return [];
    const { socket, from } = input;
    const [word, port, ...rest] = decoder.decode(input.bytes).split(' ');
    if (word === 'where') return [say(socket, from, `you 0 ${from.address} ${from.port}`)];
    if (!this.#relays) return [];
    if (word === 'allocate') return [say(socket, from, `allocated ${this.#portOf(socket, from)}`)];
    const seat = this.#seats.get(Number(port));
    const own = this.#ports.get(seatKey(socket, from));
    // RFC 8656 §11.2: without an allocation nothing is relayed.
    if (word !== 'to' || seat === undefined || own === undefined) return [];
    return [say(seat.socket, seat.at, `from ${own} ${rest.join(' ')}`)];
  }

  nextDeadlineMs(): number | null {
    return null;
  }

  isFinished(): boolean {
    return false;
  }

  #portOf(socket: SocketId, at: Endpoint): number {
    const key = seatKey(socket, at);
    const port = this.#ports.get(key) ?? this.#nextPort++;
    this.#ports.set(key, port);
    this.#seats.set(port, { socket, at });
    return port;
  }
}

function seatKey(socket: SocketId, at: Endpoint): string {
  return `${socket}|${formatEndpoint(at)}`;
}

export type RelayClientEvent =
  | { readonly kind: 'allocated'; readonly relayed: Endpoint }
  /** The server is not reached, or gives no relay. */
  | { readonly kind: 'no-relay'; readonly why: 'timeout' | 'refused' | 'unreachable' }
  | { readonly kind: 'echoed' }
  /** What the other end has told this one. */
  | { readonly kind: 'told'; readonly text: string };

/** Offsets of the copies of each request over UDP; streams send once. */
const copiesMs = [0, 500, 1_500, 3_500];
const giveUpMs = 6_000;

export class RelayClient implements Machine<RelayClientEvent> {
  readonly #server: Endpoint;
  readonly #transport: Transport;
  #asking: { readonly text: string; readonly startMs: number; copies: number } | null = null;
  readonly #told: string[] = [];
  #peerPort: number | null = null;
  #over = false;

  constructor(server: Endpoint, transport: Transport) {
    this.#server = server;
    this.#transport = transport;
  }

  /** To the other end, at once. @param text one word that is neither `ping` nor `pong` */
  tell(text: string): void {
    this.#told.push(text);
  }

  /** Asks the other end for an echo. */
  meet(nowMs: number, port: number): void {
    this.#peerPort = port;
    this.#asking = { text: `to ${port} ping`, startMs: nowMs, copies: 0 };
  }

  handle(nowMs: number, input: Input): Effect<RelayClientEvent>[] {
    switch (input.kind) {
      case 'start': {
        const to = this.#transport === 'udp' ? {} : { to: this.#server };
        const family = familyOf(this.#server.address);
        return [{ kind: 'open', socket: 'relay', transport: this.#transport, family, ...to }];
      }
      case 'opened':
        this.#asking = { text: 'allocate', startMs: nowMs, copies: 0 };
        return [];
      case 'open-failed':
        return this.#end(input.error.code === 'ECONNREFUSED' ? 'refused' : 'timeout');
      case 'send-failed':
        return this.#end('unreachable');
      case 'received':
        return this.#onText(decoder.decode(input.bytes).split(' '));
      case 'deadline':
        return this.#onDeadline(nowMs);
      case 'closed':
        return this.#end('refused');
    }
  }

  nextDeadlineMs(): number | null {
    if (this.#told.length > 0) return 0;
    if (this.#asking === null) return null;
    const { startMs, copies } = this.#asking;
    const offset = this.#transport !== 'udp' && copies > 0 ? undefined : copiesMs[copies];
    return startMs + (offset ?? giveUpMs);
  }

  isFinished(): boolean {
    return this.#over;
  }

  #onDeadline(nowMs: number): Effect<RelayClientEvent>[] {
    const told = this.#told.splice(0);
    if (told.length > 0) {
      return this.#peerPort === null
        ? []
        : told.map((text) => say('relay', this.#server, `to ${this.#peerPort} ${text}`));
    }
    if (this.#asking === null) return [];
    if (nowMs >= this.#asking.startMs + giveUpMs) return this.#end('timeout');
    this.#asking.copies += 1;
    return [say('relay', this.#server, this.#asking.text)];
  }

  #onText([word = '', port = '', text = '']: readonly string[]): Effect<RelayClientEvent>[] {
    if (word === 'allocated' && this.#asking?.text === 'allocate') {
      this.#asking = null;
      const relayed = { address: this.#server.address, port: Number(port) };
      return [{ kind: 'emit', event: { kind: 'allocated', relayed } }];
    }
    if (word !== 'from') return [];
    if (text === 'ping') return [say('relay', this.#server, `to ${port} pong`)];
    if (text !== 'pong') return [{ kind: 'emit', event: { kind: 'told', text } }];
    if (this.#asking === null) return [];
    this.#asking = null;
    return [{ kind: 'emit', event: { kind: 'echoed' } }];
  }

  #end(why: 'timeout' | 'refused' | 'unreachable'): Effect<RelayClientEvent>[] {
    if (this.#over) return [];
    this.#over = true;
    return [{ kind: 'emit', event: { kind: 'no-relay', why } }];
  }
}

function say(socket: SocketId, to: Endpoint, text: string): Effect<never> {
  return { kind: 'send', socket, to, bytes: encoder.encode(text) };
}
