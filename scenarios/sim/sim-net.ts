import { type AddressFamily, type Endpoint, familyOf } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, SocketId } from '../../stun/machine.ts';
import { EventQueue } from './event-queue.ts';
import type { NatBox } from './nat-box.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';
import { SimDatagrams } from './sim-datagrams.ts';
import { type BoundSocket, SimHost, type SimHostOptions, type SocketOwner } from './sim-host.ts';
import { SimRoutes } from './sim-routes.ts';
import { SimStreams } from './sim-streams.ts';
import type { TraceEntry } from './sim-trace.ts';

export interface SimNetOptions {
  /** Decides loss, jitter and ephemeral ports; the same seed repeats the same run exactly. Default 1. */
  readonly seed?: number;
  /** Default 10. Every packet takes this long, whatever lies between. */
  readonly oneWayDelayMs?: number;
  /** Extra delay per datagram, uniform in 0…jitterMs; datagrams may overtake each other. Default 0. */
  readonly jitterMs?: number;
  /** Chance (0–1) for every datagram, in each direction, to be lost in the core, i.e. after the sender's NATs. */
  readonly lossRate?: number;
  /** How long a TCP connect waits where nobody answers. Default 5 000. */
  readonly connectTimeoutMs?: number;
}

export interface AttachOptions<E> {
  /** UDP sockets that are bound already; the machine gets `opened` for each. */
  readonly sockets: Readonly<Record<SocketId, Endpoint>>;
  /** TCP/TLS listeners: prefix of the ids of accepted streams → where. `{'tcp:': …}` accepts `tcp:1`, `tcp:2`. */
  readonly listen?: Readonly<Record<string, Endpoint>>;
  readonly onEvent?: (event: E, nowMs: number) => void;
}

interface Runner extends SocketOwner {
  readonly host: SimHost;
  readonly sockets: Map<SocketId, BoundSocket>;
  readonly nextDeadlineMs: () => number | null;
  readonly isFinished: () => boolean;
}

/** This many steps without time moving on: a machine whose deadline stays in the past. */
const stuckAfterSteps = 10_000;

/**
 * A network in memory with its own clock: it runs any Machine on virtual hosts behind virtual NATs, jumping from
 * event to event. No real time passes and the same seed gives the same packets.
 */
export class SimNet {
  readonly #random: SeededRandom;
  readonly #queue = new EventQueue();
  readonly #routes = new SimRoutes<SimHost>();
  readonly #hosts = new Set<SimHost>();
  readonly #runners = new Set<Runner>();
  readonly #datagrams: SimDatagrams;
  readonly #streams: SimStreams;
  #nowMs = 0;

  constructor(options: SimNetOptions = {}) {
    const oneWayDelayMs = options.oneWayDelayMs ?? 10;
    const path = { oneWayDelayMs, jitterMs: options.jitterMs ?? 0, lossRate: options.lossRate ?? 0 };
    this.#random = seededRandom(options.seed ?? 1);
    this.#datagrams = new SimDatagrams(path, this.#random, this.#queue, this.#routes);
    this.#streams = new SimStreams({
      oneWayDelayMs,
      connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
      queue: this.#queue,
      routes: this.#routes,
    });
  }

  /** Virtual milliseconds since the network was made. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Every datagram so far, in the order in which their fates were decided. */
  get trace(): readonly TraceEntry[] {
    return this.#datagrams.trace;
  }

  addHost(options: SimHostOptions): SimHost {
    const host = new SimHost(options, this.#random);
    const addressesOf = (family: AddressFamily) =>
      host.addresses.filter((address) => familyOf(address) === family);
    this.#routes.addHost(host, addressesOf('ipv4'), host.nats);
    this.#routes.addHost(host, addressesOf('ipv6'), host.nats6);
    if (host.nat64 !== undefined) this.#routes.addHost(host, addressesOf('ipv6'), host.nat64.nats);
    if (host.tunnel !== null) {
      this.#routes.addHost(host, [host.tunnel.address], host.tunnel.neighbour.nats);
    }
    this.#hosts.add(host);
    return host;
  }

  /** The NAT has other addresses from now on, and has forgotten everything. */
  renumber(nat: NatBox, addresses: readonly string[]): void {
    this.#routes.renumber(nat, addresses);
    nat.renumber(addresses);
  }

  /** Starts a machine with sockets that are bound already; it runs whenever the clock does. */
  attach<E>(at: SimHost, machine: Machine<E>, options: AttachOptions<E>): void {
    const runner = this.#add(at, machine, options.onEvent ?? (() => {}));
    for (const [socket, local] of Object.entries(options.sockets)) this.#bind(runner, socket, local);
    for (const [prefix, local] of Object.entries(options.listen ?? {})) {
      this.#streams.listen(at, runner, prefix, local);
    }
    runner.step(this.#nowMs, { kind: 'start' });
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
    const runner = this.#add(at, machine, (event) => events.push(event));
    runner.step(this.#nowMs, { kind: 'start' });
    this.#advance(this.#nowMs + options.untilMs, runner.isFinished);
    for (const socket of [...runner.sockets.keys()]) this.#close(runner, socket);
    this.#streams.closeAll(this.#nowMs, runner);
    this.#runners.delete(runner);
    return events;
  }

  /** Lets virtual time pass for the attached machines, e.g. for mappings to expire. */
  idle(durationMs: number): void {
    this.#advance(this.#nowMs + durationMs, () => false);
  }

  #advance(untilMs: number, done: () => boolean): void {
    let stepsWithoutTime = 0;
    while (!done()) {
      const { runner, deadlineMs } = this.#earliestDeadline();
      const eventMs = this.#queue.nextMs() ?? Number.POSITIVE_INFINITY;
      const nextMs = Math.max(this.#nowMs, Math.min(deadlineMs, eventMs));
      if (nextMs > untilMs) {
        this.#nowMs = untilMs;
        return;
      }
      stepsWithoutTime = nextMs > this.#nowMs ? 0 : stepsWithoutTime + 1;
      if (stepsWithoutTime > stuckAfterSteps) {
        throw new Error(`a machine does not move on at ${nextMs} ms: its deadline stays in the past`);
      }
      this.#nowMs = nextMs;
      // What has arrived is seen before a deadline of the same instant: an answer in time is in time.
      if (eventMs <= deadlineMs) this.#queue.take()?.run(nextMs);
      else runner?.step(nextMs, { kind: 'deadline' });
    }
  }

  #earliestDeadline(): { readonly runner: Runner | null; readonly deadlineMs: number } {
    let earliest: Runner | null = null;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const runner of this.#runners) {
      const deadlineMs = runner.nextDeadlineMs();
      if (deadlineMs !== null && deadlineMs < earliestMs) {
        earliest = runner;
        earliestMs = deadlineMs;
      }
    }
    return { runner: earliest, deadlineMs: earliestMs };
  }

  #add<E>(host: SimHost, machine: Machine<E>, onEvent: (event: E, nowMs: number) => void): Runner {
    if (!this.#hosts.has(host)) throw new Error('this host belongs to another network');
    const runner: Runner = {
      host,
      sockets: new Map(),
      nextDeadlineMs: () => (machine.isFinished() ? null : machine.nextDeadlineMs()),
      isFinished: () => machine.isFinished(),
      step: (nowMs, input) => {
        if (!this.#runners.has(runner)) return;
        for (const effect of machine.handle(nowMs, input)) {
          if (effect.kind === 'emit') onEvent(effect.event, nowMs);
          else this.#perform(nowMs, runner, effect);
        }
      },
    };
    this.#runners.add(runner);
    return runner;
  }

  #perform(nowMs: number, runner: Runner, effect: Exclude<Effect, { kind: 'emit' }>): void {
    switch (effect.kind) {
      case 'open':
        this.#open(nowMs, runner, effect);
        return;
      case 'send': {
        const { socket, to, bytes } = effect;
        if (this.#streams.send(nowMs, runner, socket, bytes)) return;
        const from = runner.sockets.get(socket)?.local;
        if (from === undefined) return;
        this.#datagrams.send(nowMs, { owner: runner, host: runner.host, socket, from, to, bytes });
        return;
      }
      case 'listen':
        this.#listen(nowMs, runner, effect);
        return;
      case 'read':
        throw new Error('streams on the simulated network are always read');
      case 'close':
        this.#streams.close(nowMs, runner, effect.socket);
        this.#close(runner, effect.socket);
        return;
      case 'ignore':
        return;
    }
  }

  #open(nowMs: number, runner: Runner, effect: Extract<Effect, { kind: 'open' }>): void {
    const { socket, transport, family, to, at, sameLocalAs } = effect;
    if (runner.sockets.has(socket)) return;
    if (transport === 'udp') this.#later(nowMs, runner, this.#openUdp(runner, socket, family, at));
    else if (to !== undefined) {
      const secure = transport === 'tls';
      const { host } = runner;
      this.#streams.connect(nowMs, { owner: runner, host, socket, secure, to, sameLocalAs, at });
    }
  }

  #listen(nowMs: number, runner: Runner, effect: Extract<Effect, { kind: 'listen' }>): void {
    const { socket } = effect;
    const local = 'at' in effect ? effect.at : this.#streams.localOf(runner, effect.sameLocalAs);
    if (local === null) throw new Error(`${socket}: the stream to listen beside is not open`);
    this.#streams.listen(runner.host, runner, `${socket}:`, local);
    this.#later(nowMs, runner, { kind: 'opened', socket, local });
  }

  #openUdp(runner: Runner, socket: SocketId, family: AddressFamily, at: Endpoint | undefined): Input {
    const address = at === undefined ? runner.host.addressOf(family) : runner.host.owned(at.address);
    if (address === null) {
      const error = { code: 'EADDRNOTAVAIL', message: `this host has no such ${family} address` };
      return { kind: 'open-failed', socket, error };
    }
    const wanted = at?.port ?? 0;
    if (runner.host.listenerAt({ address, port: wanted }) !== null) {
      return { kind: 'open-failed', socket, error: { code: 'EADDRINUSE', message: 'the port is taken' } };
    }
    const port = wanted === 0 ? runner.host.ephemeralPort(address) : wanted;
    const { local } = this.#bind(runner, socket, { address, port });
    return { kind: 'opened', socket, local };
  }

  #later(atMs: number, runner: Runner, input: Input): void {
    this.#queue.add(atMs, (nowMs) => runner.step(nowMs, input));
  }

  #bind(runner: Runner, socket: SocketId, local: Endpoint): BoundSocket {
    const bound = runner.host.bind(runner, socket, local);
    runner.sockets.set(socket, bound);
    return bound;
  }

  #close(runner: Runner, socket: SocketId): void {
    const bound = runner.sockets.get(socket);
    if (bound === undefined) return;
    runner.sockets.delete(socket);
    runner.host.unbind(bound.local);
  }
}
