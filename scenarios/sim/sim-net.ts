import { type AddressFamily, type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, LinkError, Machine, SocketId } from '../../stun/machine.ts';
import { EventQueue } from './event-queue.ts';
import type { Flow, NatBox, NatDropReason } from './nat-box.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { SimRoutes } from './sim-routes.ts';

export interface SimNetOptions {
  /** Decides loss, jitter and ephemeral ports; the same seed repeats the same run exactly. Default 1. */
  readonly seed?: number;
  /** Default 10. Every packet takes this long, whatever lies between. */
  readonly oneWayDelayMs?: number;
  /** Extra delay per packet, uniform in 0…jitterMs; packets may overtake each other. Default 0. */
  readonly jitterMs?: number;
  /** Chance (0–1) for every packet, in each direction, to be lost in the core, i.e. after the sender's NATs. */
  readonly lossRate?: number;
  /** How long a TCP connect waits where nobody answers. Default 5 000. */
  readonly connectTimeoutMs?: number;
}

/**
 * `blocked`: datagrams vanish. `rejected`: they vanish and the sender learns it as `send-failed` EHOSTUNREACH
 * one round trip later, as from a firewall that sends ICMP administratively prohibited.
 */
export type UdpPolicy = 'open' | 'blocked' | 'rejected';

export interface SimHostOptions {
  /** As seen on the host itself; the first of a family is what sockets bind to. */
  readonly addresses: readonly string[];
  /** NATs between the host and the public side, innermost first. Hosts may share NATs. */
  readonly nats?: readonly NatBox[];
  /** Default `open`; holds for datagrams in both directions. */
  readonly udp?: UdpPolicy;
  /** First ephemeral port, then one up for each socket; default: seeded random in 32768–60999, as Linux does. */
  readonly firstPort?: number;
  /** Loss on the host's own line, i.e. before its NATs see the packet, added to that of the core. */
  readonly lossRate?: { readonly out?: number; readonly in?: number };
}

export interface SimHost {
  readonly addresses: readonly string[];
}

export type PacketFate =
  | 'delivered'
  | 'lost'
  | 'blocked'
  | 'no-listener'
  | 'no-route'
  | `nat-drop(${NatDropReason})`;

/** One datagram, for the explanation of a run. */
export interface TraceEntry {
  readonly sentMs: number;
  /** As sent by the host. */
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** As it stood at the end of its journey, after the NATs that it passed. */
  readonly finalFrom: Endpoint;
  readonly finalTo: Endpoint;
  readonly bytes: number;
  readonly fate: PacketFate;
}

interface Host extends SimHost {
  readonly nats: readonly NatBox[];
  readonly udp: UdpPolicy;
  readonly lossOut: number;
  readonly lossIn: number;
  readonly sockets: Map<string, BoundSocket>;
  nextPort: number | null;
}

interface BoundSocket {
  readonly runner: Runner;
  readonly socket: SocketId;
  readonly local: Endpoint;
}

interface Runner {
  readonly host: Host;
  readonly step: (nowMs: number, input: Input) => void;
  readonly nextDeadlineMs: () => number | null;
  readonly isFinished: () => boolean;
  readonly sockets: Map<SocketId, BoundSocket>;
}

/** A deadline that stays in the past this often is a machine that does not move on. */
const stuckAfterDeadlines = 1_000;

/**
 * A network in memory with its own clock: it runs any Machine on virtual hosts behind virtual NATs, jumping from
 * event to event. No real time passes and the same seed gives the same packets.
 */
export class SimNet {
  /** Every datagram so far, in the order in which their fates were decided. */
  readonly trace: TraceEntry[] = [];
  readonly #random: SeededRandom;
  readonly #oneWayDelayMs: number;
  readonly #jitterMs: number;
  readonly #lossRate: number;
  readonly #connectTimeoutMs: number;
  readonly #queue = new EventQueue();
  readonly #routes = new SimRoutes<Host>();
  readonly #hosts = new Map<SimHost, Host>();
  readonly #runners = new Set<Runner>();
  #nowMs = 0;

  constructor(options: SimNetOptions = {}) {
    this.#random = seededRandom(options.seed ?? 1);
    this.#oneWayDelayMs = options.oneWayDelayMs ?? 10;
    this.#jitterMs = options.jitterMs ?? 0;
    this.#lossRate = options.lossRate ?? 0;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 5_000;
  }

  /** Virtual milliseconds since the network was made. */
  get nowMs(): number {
    return this.#nowMs;
  }

  addHost(options: SimHostOptions): SimHost {
    const host: Host = {
      addresses: options.addresses,
      nats: options.nats ?? [],
      udp: options.udp ?? 'open',
      lossOut: options.lossRate?.out ?? 0,
      lossIn: options.lossRate?.in ?? 0,
      sockets: new Map(),
      nextPort: options.firstPort ?? null,
    };
    this.#routes.addHost(host, host.addresses, host.nats);
    this.#hosts.set(host, host);
    return host;
  }

  /** Starts a machine with sockets that are bound already; it runs whenever the clock does. */
  attach<E>(
    at: SimHost,
    machine: Machine<E>,
    options: {
      readonly sockets: Readonly<Record<SocketId, Endpoint>>;
      readonly onEvent?: (event: E, nowMs: number) => void;
    },
  ): void {
    const runner = this.#start(at, machine, options.onEvent ?? (() => {}), options.sockets);
    for (const { socket, local } of [...runner.sockets.values()]) {
      runner.step(this.#nowMs, { kind: 'opened', socket, local });
    }
  }

  /**
   * Runs a machine on a host until it is finished or `untilMs` after now, and returns what it emitted. Machines
   * attached earlier run along.
   */
  run<E>(at: SimHost, machine: Machine<E>, options: { readonly untilMs: number }): E[] {
    const events: E[] = [];
    const runner = this.#start(at, machine, (event) => events.push(event), {});
    this.#advance(this.#nowMs + options.untilMs, () => runner.isFinished());
    this.#stop(runner);
    return events;
  }

  /** Lets virtual time pass for the attached machines, e.g. for mappings to expire. */
  idle(durationMs: number): void {
    this.#advance(this.#nowMs + durationMs, () => false);
  }

  #advance(untilMs: number, done: () => boolean): void {
    let deadlinesAtSameTime = 0;
    while (!done()) {
      const runner = this.#earliestDeadline();
      const deadlineMs = runner?.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
      const eventMs = this.#queue.nextMs() ?? Number.POSITIVE_INFINITY;
      const nextMs = Math.max(this.#nowMs, Math.min(deadlineMs, eventMs));
      if (nextMs > untilMs) {
        this.#nowMs = Number.isFinite(untilMs) ? untilMs : this.#nowMs;
        return;
      }
      deadlinesAtSameTime = nextMs > this.#nowMs ? 0 : deadlinesAtSameTime + 1;
      if (deadlinesAtSameTime > stuckAfterDeadlines) {
        throw new Error(`a machine does not move on at ${nextMs} ms: its deadline stays in the past`);
      }
      this.#nowMs = nextMs;
      // What has arrived is seen before a deadline of the same instant: an answer in time is in time.
      if (eventMs <= deadlineMs) this.#queue.take()?.run(nextMs);
      else runner?.step(nextMs, { kind: 'deadline' });
    }
  }

  #earliestDeadline(): Runner | null {
    let earliest: Runner | null = null;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const runner of this.#runners) {
      const deadlineMs = runner.nextDeadlineMs();
      if (deadlineMs !== null && deadlineMs < earliestMs) {
        earliest = runner;
        earliestMs = deadlineMs;
      }
    }
    return earliest;
  }

  #start<E>(
    at: SimHost,
    machine: Machine<E>,
    onEvent: (event: E, nowMs: number) => void,
    bound: Readonly<Record<SocketId, Endpoint>>,
  ): Runner {
    const host = this.#hosts.get(at);
    if (host === undefined) throw new Error('this host belongs to another network');
    const runner: Runner = {
      host,
      sockets: new Map(),
      nextDeadlineMs: () => (machine.isFinished() ? null : machine.nextDeadlineMs()),
      isFinished: () => machine.isFinished(),
      step: (nowMs, input) => {
        for (const effect of machine.handle(nowMs, input)) {
          if (effect.kind === 'emit') onEvent(effect.event, nowMs);
          else this.#perform(nowMs, runner, effect);
        }
      },
    };
    for (const [socket, local] of Object.entries(bound)) this.#bind(runner, socket, local);
    this.#runners.add(runner);
    runner.step(this.#nowMs, { kind: 'start' });
    return runner;
  }

  #stop(runner: Runner): void {
    for (const { socket } of [...runner.sockets.values()]) this.#close(runner, socket);
    this.#runners.delete(runner);
  }

  #perform(nowMs: number, runner: Runner, effect: Exclude<Effect, { kind: 'emit' }>): void {
    switch (effect.kind) {
      case 'open':
        if (runner.sockets.has(effect.socket)) return;
        if (effect.transport === 'udp') this.#openUdp(nowMs, runner, effect.socket, effect.family);
        else this.#refuseStream(nowMs, runner, effect.socket, effect.to);
        return;
      case 'send':
        this.#send(nowMs, runner, effect.socket, effect.to, effect.bytes);
        return;
      case 'close':
        this.#close(runner, effect.socket);
        return;
      case 'ignore':
        return;
    }
  }

  #openUdp(nowMs: number, runner: Runner, socket: SocketId, family: AddressFamily): void {
    const address = runner.host.addresses.find((candidate) => familyOf(candidate) === family);
    if (address === undefined) {
      this.#later(nowMs, runner, {
        kind: 'open-failed',
        socket,
        error: { code: 'EADDRNOTAVAIL', message: `this host has no ${family} address` },
      });
      return;
    }
    const { local } = this.#bind(runner, socket, {
      address,
      port: this.#ephemeralPort(runner.host, address),
    });
    this.#later(nowMs, runner, { kind: 'opened', socket, local });
  }

  /** Streams are not carried yet: whoever is there refuses, elsewhere the connect times out. */
  #refuseStream(nowMs: number, runner: Runner, socket: SocketId, to: Endpoint | undefined): void {
    const someoneThere =
      to !== undefined && [...this.#hosts.values()].some((host) => host.addresses.includes(to.address));
    const error: LinkError = someoneThere
      ? { code: 'ECONNREFUSED', message: `nobody listens on TCP at ${formatEndpoint(to)}` }
      : { code: 'ETIMEDOUT', message: 'no answer to the connect' };
    const waitMs = someoneThere ? 2 * this.#oneWayDelayMs : this.#connectTimeoutMs;
    this.#later(nowMs + waitMs, runner, { kind: 'open-failed', socket, error });
  }

  #later(atMs: number, runner: Runner, input: Input): void {
    this.#queue.add(atMs, (nowMs) => {
      if (this.#runners.has(runner)) runner.step(nowMs, input);
    });
  }

  #send(nowMs: number, runner: Runner, socket: SocketId, to: Endpoint, bytes: Uint8Array): void {
    const bound = runner.sockets.get(socket);
    if (bound === undefined) return;
    const sent: Flow = { from: bound.local, to };
    const decided = (fate: PacketFate, at: Flow) =>
      this.trace.push({
        sentMs: nowMs,
        from: sent.from,
        to,
        finalFrom: at.from,
        finalTo: at.to,
        bytes: bytes.length,
        fate,
      });
    const { host } = runner;
    if (host.udp !== 'open') {
      decided('blocked', sent);
      if (host.udp === 'rejected') {
        const error = { code: 'EHOSTUNREACH', message: 'ICMP: administratively prohibited' };
        this.#later(nowMs + 2 * this.#oneWayDelayMs, runner, { kind: 'send-failed', socket, to, error });
      }
      return;
    }
    if (this.#isLost(host.lossOut)) return void decided('lost', sent);
    const crossing = this.#routes.outwards(nowMs, host.nats[0] ?? 'public', sent);
    if (crossing.kind === 'dropped') return void decided(dropFate(crossing.reason), crossing.flow);
    if (this.#isLost(this.#lossRate)) return void decided('lost', crossing.flow);

    // The sender may reuse its buffer; a packet on its way does not change.
    const payload = bytes.slice();
    this.#queue.add(nowMs + this.#oneWayDelayMs + this.#random() * this.#jitterMs, (arrivedMs) => {
      const result = this.#routes.inwards(arrivedMs, crossing);
      if (result.kind === 'dropped') return void decided(dropFate(result.reason), result.flow);
      if (result.host.udp !== 'open') return void decided('blocked', result.flow);
      if (this.#isLost(result.host.lossIn)) return void decided('lost', result.flow);
      const listener = result.host.sockets.get(formatEndpoint(result.flow.to));
      if (listener === undefined) return void decided('no-listener', result.flow);
      decided('delivered', result.flow);
      listener.runner.step(arrivedMs, {
        kind: 'received',
        socket: listener.socket,
        from: result.flow.from,
        bytes: payload,
      });
    });
  }

  #isLost(rate: number): boolean {
    return rate > 0 && this.#random() < rate;
  }

  #bind(runner: Runner, socket: SocketId, local: Endpoint): BoundSocket {
    const key = formatEndpoint(local);
    if (!runner.host.addresses.includes(local.address))
      throw new Error(`${key} is not an address of this host`);
    if (runner.host.sockets.has(key)) throw new Error(`${key} is bound already`);
    const bound: BoundSocket = { runner, socket, local };
    runner.sockets.set(socket, bound);
    runner.host.sockets.set(key, bound);
    return bound;
  }

  #close(runner: Runner, socket: SocketId): void {
    const bound = runner.sockets.get(socket);
    if (bound === undefined) return;
    runner.sockets.delete(socket);
    runner.host.sockets.delete(formatEndpoint(bound.local));
  }

  #ephemeralPort(host: Host, address: string): number {
    for (;;) {
      let port: number;
      if (host.nextPort === null) port = 32_768 + Math.floor(this.#random() * 28_232);
      else {
        port = host.nextPort;
        host.nextPort += 1;
      }
      if (!host.sockets.has(formatEndpoint({ address, port }))) return port;
    }
  }
}

function dropFate(reason: NatDropReason | 'no-route'): PacketFate {
  return reason === 'no-route' ? 'no-route' : `nat-drop(${reason})`;
}
