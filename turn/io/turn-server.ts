import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { openUdpLink } from '../../stun/io/udp-link.ts';
import type { Effect, Input, SocketId } from '../../stun/machine.ts';
import type { Traffic } from '../server/allocation.ts';
import type { PortRange } from '../server/port-pool.ts';
import type { RateLimits } from '../server/rate-table.ts';
import type { RelayAddressPlan } from '../server/relay-slot.ts';
import type { ServerMachine } from '../server/server-machine.ts';
import { TurnServer } from '../server/turn-server.ts';
import type { TurnServerEvent } from '../server/turn-server-event.ts';
import type { Census, Listener, TurnServerOptions, TurnSettings } from '../server/turn-server-options.ts';
import { ListenError } from './listen-error.ts';
import { RelayEvents, type RelayHost } from './relay-events.ts';
import { StreamFlow } from './stream-flow.ts';
import { type Certificate, defaultStreamLimits, type StreamLimits } from './stream-listener.ts';
import { TcpRelays } from './tcp-relays.ts';
import { type ListenAt, TurnListeners } from './turn-listeners.ts';

export interface TurnServerStart {
  readonly listen: readonly ListenAt[];
  readonly alternate?: { readonly address: string; readonly port: number } | null;
  readonly certificate?: Certificate | null;
  /** Other processes may listen at the same endpoints. Default false; see `canSharePorts`. */
  readonly sharePorts?: boolean;
  readonly relays: readonly RelayAddressPlan[];
  readonly ports: PortRange;
  /** Ranges that other processes have on the same relay addresses. Default none. */
  readonly siblingPorts?: readonly PortRange[];
  readonly settings: TurnSettings;
  /** SOFTWARE text for clients who have logged in. Default none: it tells attackers more than users. */
  readonly software?: string | null;
  readonly nonceLifetimeSec?: number;
  readonly oldChannels?: boolean;
  readonly limits?: Partial<RateLimits>;
  readonly streamLimits?: Partial<StreamLimits>;
  /** What serves; default a `TurnServer`. */
  readonly machine?: (options: TurnServerOptions) => ServerMachine;
  readonly onEvent?: (event: TurnServerEvent) => void;
}

export interface TurnServerHandle {
  /** `turn:` and `turns:` URIs (RFC 7065) of all listeners. */
  readonly uris: readonly string[];
  readonly listeners: readonly Listener[];
  /** What is missing of RFC 5780 and what that costs; null when nothing is, or none was asked for. */
  readonly note: string | null;
  readonly census: Census;
  readonly traffic: Traffic;
  /** Throws RangeError on a bad address range; then nothing has changed. */
  reconfigure(settings: TurnSettings): void;
  /** Throws on a certificate that OpenSSL cannot use; then the old one stays. */
  renewCertificate(certificate: Certificate): void;
  /** For the owner of a machine of its own: carries out what a change of it leads to, and its new deadlines. */
  apply(change: (nowMs: number) => Effect<TurnServerEvent>[]): void;
  /** Takes no new allocations; resolves when the last one has ended. */
  drain(): Promise<void>;
  /** Ends everything. May be called more than once. */
  close(): Promise<void>;
}

/** Free ports for UDP and TCP are found at the first or second try; this is only there so that it ends. */
const portAttempts = 20;
/** setTimeout cannot wait longer; a later deadline is looked at again then. */
const maxTimerMs = 2 ** 31 - 1;

/** Opens the sockets and serves until `close()`. Throws {@link ListenError}; nothing stays open then. */
export async function startTurnServer(start: TurnServerStart): Promise<TurnServerHandle> {
  const anyPort = start.listen.some(({ port }) => port === 0) || start.alternate?.port === 0;
  for (let attempt = 1; ; attempt += 1) {
    const host = new TurnHost(start);
    try {
      return await host.open();
    } catch (error) {
      await host.close();
      const retry = anyPort && error instanceof ListenError && error.errno === 'EADDRINUSE';
      if (!retry || attempt >= portAttempts) throw error;
    }
  }
}

/** The machine on real sockets and the real clock. */
class TurnHost {
  readonly #start: TurnServerStart;
  readonly #listeners: TurnListeners;
  readonly #relays: TcpRelays;
  readonly #relayHost: RelayHost;
  readonly #flow = new StreamFlow();
  #machine: ServerMachine | null = null;
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #onEmpty: (() => void)[] = [];

  constructor(start: TurnServerStart) {
    this.#start = start;
    this.#listeners = new TurnListeners({
      onOpen: (socket, local) => this.#feed({ kind: 'opened', socket, local }),
      onBytes: (socket, from, bytes) => this.#feed({ kind: 'received', socket, from, bytes }),
      onClosed: (socket) => this.#feed({ kind: 'closed', socket }),
    });
    this.#relayHost = { links: this.#listeners.links, feed: (input) => this.#feed(input) };
    this.#relays = new TcpRelays({
      onOpen: (socket, local, remote) =>
        this.#feed({ kind: 'opened', socket, local, ...(remote === null ? {} : { remote }) }),
      onOpenFailed: (socket, error) => this.#feed({ kind: 'open-failed', socket, error }),
      onBytes: (socket, from, bytes) => this.#feed({ kind: 'received', socket, from, bytes }),
      onClosed: (socket) => this.#feed({ kind: 'closed', socket }),
    });
  }

  async open(): Promise<TurnServerHandle> {
    const {
      listen,
      alternate = null,
      certificate = null,
      streamLimits,
      sharePorts: sharesPorts = false,
      software = null,
      machine: build = (options) => new TurnServer(options),
      ...rest
    } = this.#start;
    const limits = { ...defaultStreamLimits, ...streamLimits };
    const { listeners, uris, note } = await this.#listeners.open({
      listen,
      alternate,
      certificate,
      limits,
      sharesPorts,
    });
    const machine = build({
      ...rest,
      listeners,
      software,
      ownAddresses: Object.values(networkInterfaces()).flatMap(
        (all) => all?.map(({ address }) => address) ?? [],
      ),
      random: (size) => randomBytes(size),
      epochMs: () => Date.now(),
    });
    this.#machine = machine;
    return {
      uris,
      listeners,
      note,
      get census() {
        return machine.census;
      },
      get traffic() {
        return machine.traffic;
      },
      reconfigure: (settings) => machine.reconfigure(settings),
      renewCertificate: (renewed) => {
        for (const stream of this.#listeners.streams) stream.renewCertificate(renewed);
      },
      apply: (change) => this.#apply(machine, change),
      drain: () => this.#drain(machine),
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    const machine = this.#machine;
    this.#machine = null;
    clearTimeout(this.#timer);
    for (const effect of machine?.stop(performance.now()) ?? []) this.#carryOut(effect, null);
    this.#relays.close();
    for (const done of this.#onEmpty.splice(0)) done();
    await this.#listeners.close();
  }

  #drain(machine: ServerMachine): Promise<void> {
    machine.drain();
    if (machine.census.allocations === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty.push(resolve);
    });
  }

  #apply(machine: ServerMachine, change: (nowMs: number) => Effect<TurnServerEvent>[]): void {
    if (this.#machine === null) return;
    for (const effect of change(performance.now())) this.#carryOut(effect, null);
    this.#arm(machine);
  }

  #feed(input: Input): void {
    const machine = this.#machine;
    if (machine === null) {
      // Somebody connected before the last listener was open, or after the first was closed.
      if (input.kind === 'opened') this.#closeSocket(input.socket);
      return;
    }
    const source = 'socket' in input ? input.socket : null;
    for (const effect of machine.handle(performance.now(), input)) this.#carryOut(effect, source);
    this.#arm(machine);
  }

  /** @param source the socket whose input has made it */
  #carryOut(effect: Effect<TurnServerEvent>, source: SocketId | null): void {
    switch (effect.kind) {
      case 'send':
        this.#send(effect, source);
        break;
      case 'open':
        if (effect.transport === 'udp') this.#openRelay(effect);
        else if (effect.at !== undefined && effect.to !== undefined) {
          this.#relays.connect(effect.socket, effect.at, effect.to);
        }
        break;
      case 'listen':
        if ('at' in effect) this.#relays.listen(effect.socket, effect.at);
        break;
      case 'read': {
        const stream = this.#streamOf(effect.socket);
        if (stream !== null) this.#flow.read(stream, effect.on);
        break;
      }
      case 'close':
        this.#closeSocket(effect.socket, effect.reset);
        break;
      case 'emit':
        this.#start.onEvent?.(effect.event);
        if (effect.event.kind === 'released') this.#tellIfEmpty();
        break;
      case 'ignore':
        break;
    }
  }

  #send({ socket, to, bytes, reliable }: Extract<Effect, { kind: 'send' }>, source: SocketId | null): void {
    if (reliable === true) {
      const target = this.#streamOf(socket);
      if (target !== null) this.#flow.carry(source === null ? null : this.#streamOf(source), target, bytes);
      return;
    }
    const link = this.#listeners.links.get(socket);
    if (link !== undefined) link.send(to, bytes);
    else this.#listeners.streams.some((stream) => stream.send(socket, bytes));
  }

  #streamOf(socket: SocketId): Socket | null {
    return this.#relays.streamOf(socket) ?? this.#listeners.streamOf(socket);
  }

  #openRelay({ socket, family, at }: Extract<Effect, { kind: 'open' }>): void {
    const where = { family, bindAddress: at?.address, port: at?.port, tells: 'some' as const };
    this.#listeners.links.set(socket, openUdpLink(where, new RelayEvents(this.#relayHost, socket)));
  }

  #closeSocket(socket: string, reset = false): void {
    const { links } = this.#listeners;
    const link = links.get(socket);
    if (link === undefined) {
      const stream = this.#relays.release(socket) ?? this.#listeners.streamOf(socket);
      if (stream !== null && reset) this.#flow.reset(stream);
      else if (stream !== null) this.#flow.end(stream);
      return;
    }
    links.delete(socket);
    void link.close('flush');
  }

  #tellIfEmpty(): void {
    if (this.#machine?.census.allocations !== 0) return;
    for (const done of this.#onEmpty.splice(0)) done();
  }

  /** Deadlines mostly move on: the timer is set anew only for an earlier one, and looks again when it fires. */
  #arm(machine: ServerMachine): void {
    const deadlineMs = machine.nextDeadlineMs();
    if (deadlineMs === null || deadlineMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = deadlineMs;
    const waitMs = Math.min(Math.max(0, Math.ceil(deadlineMs - performance.now())), maxTimerMs);
    this.#timer = setTimeout(() => {
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.#feed({ kind: 'deadline' });
    }, waitMs);
  }
}
