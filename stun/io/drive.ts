/** Runs one machine on real sockets and the real clock: the only place where protocol logic meets the network. */
import { type Endpoint, familyOf } from '../endpoint.ts';
import type { Effect, Input, LinkError, Machine, SocketId } from '../machine.ts';
import type { Link, LinkEvents } from './link.ts';
import { openStreamDoor } from './stream-door.ts';
import { openStreamLink, type TlsSettings } from './stream-link.ts';
import { openUdpLink } from './udp-link.ts';

/**
 * Runs something of the machine's own, such as a method that returns effects, between two inputs. Without effect once
 * the machine has finished.
 */
export type Command<E> = (act: (nowMs: number) => readonly Effect<E>[]) => void;

export interface DriveOptions<E> {
  /** Called once, before the machine starts, for callers that have orders for it later. */
  readonly onCommand?: (command: Command<E>) => void;
  /** Called for every event, in order. If it throws, the run ends and rejects with that error. */
  readonly onEvent?: (event: E, nowMs: number) => void;
  /** Called for every socket that is ready, before the machine hears of it: for callers that send packets past the machine. */
  readonly onLink?: (link: Link, local: Endpoint) => void;
  /** Aborting ends the run at once; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Local address of all sockets; sockets of the other family then fail to open with EADDRNOTAVAIL. */
  readonly bindAddress?: string | undefined;
  readonly tls?: TlsSettings | undefined;
  /** Monotonic milliseconds. Default `performance.now()`. */
  readonly nowMs?: (() => number) | undefined;
  /** For TCP and TLS links, handshake included. Default 5000. */
  readonly connectTimeoutMs?: number | undefined;
}

/** setTimeout cannot wait longer; a later deadline is looked at again then. */
const maxTimerMs = 2 ** 31 - 1;
/** Deadlines in a row that change nothing: the machine would keep the processor busy for ever. */
const maxIdleDeadlines = 1000;

/**
 * Resolves when the machine is finished and every socket is closed. Rejects, with every socket closed as well, when
 * the signal aborts, when `onEvent` throws, or when the machine breaks its contract.
 */
export function drive<E>(machine: Machine<E>, options: DriveOptions<E> = {}): Promise<void> {
  return new Driver(machine, options).run();
}

class Driver<E> {
  readonly #machine: Machine<E>;
  readonly #options: DriveOptions<E>;
  readonly #links = new Map<SocketId, Link>();
  readonly #doors = new Map<SocketId, Pick<Link, 'close'>>();
  /** Local endpoints of open streams, for those that share them. */
  readonly #locals = new Map<SocketId, Endpoint>();
  readonly #closing = new Set<Promise<void>>();
  readonly #steps: ((nowMs: number) => readonly Effect<E>[])[] = [];
  #busy = false;
  #ended = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #passedMs = Number.NaN;
  #idleDeadlines = 0;
  #settle: { resolve: () => void; reject: (reason: unknown) => void } | undefined;

  constructor(machine: Machine<E>, options: DriveOptions<E>) {
    this.#machine = machine;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const onAbort = (): void => this.#end({ reason: signal?.reason });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        this.#settle = { resolve, reject };
        this.#options.onCommand?.((act) => this.#step(act));
        this.#take({ kind: 'start' });
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      await Promise.all(this.#closing);
    }
  }

  #now(): number {
    const now = this.#options.nowMs?.() ?? performance.now();
    this.#lastMs = Math.max(this.#lastMs, now);
    return this.#lastMs;
  }

  #take(input: Input): void {
    this.#step((nowMs) => this.#machine.handle(nowMs, input));
  }

  /** What arises while one step is taken waits for its turn, so that a machine is never entered twice. */
  #step(step: (nowMs: number) => readonly Effect<E>[]): void {
    if (this.#ended) return;
    this.#steps.push(step);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#steps.shift(); next !== undefined && !this.#ended; next = this.#steps.shift()) {
        const nowMs = this.#now();
        for (const effect of next(nowMs)) this.#perform(effect, nowMs);
      }
      if (this.#machine.isFinished()) this.#end(null);
      else this.#arm();
    } catch (reason) {
      this.#end({ reason });
    } finally {
      this.#busy = false;
    }
  }

  #perform(effect: Effect<E>, nowMs: number): void {
    if (this.#ended) return;
    switch (effect.kind) {
      case 'open':
        this.#open(effect);
        break;
      case 'listen':
        this.#listen(effect);
        break;
      case 'send':
        this.#send(effect.socket, effect.to, effect.bytes);
        break;
      case 'read':
        this.#links.get(effect.socket)?.read?.(effect.on);
        break;
      case 'close':
        this.#close(effect.socket, 'flush');
        break;
      case 'emit':
        this.#options.onEvent?.(effect.event, nowMs);
        break;
      case 'ignore':
        break;
    }
  }

  #send(socket: SocketId, to: Endpoint, bytes: Uint8Array): void {
    const link = this.#links.get(socket);
    if (link !== undefined) link.send(to, bytes);
    else this.#take(sendFailed(socket, to, { code: 'EBADF', message: 'no such socket' }));
  }

  #open(effect: Extract<Effect<E>, { kind: 'open' }>): void {
    const { socket, transport, family, to, at, serverName, sameLocalAs } = effect;
    if (this.#links.has(socket)) throw new Error(`machine opened socket ${socket} twice`);
    const { connectTimeoutMs = 5000 } = this.#options;
    const shared = sameLocalAs === undefined ? undefined : this.#locals.get(sameLocalAs);
    const bindAddress = shared?.address ?? at?.address ?? this.#options.bindAddress;
    if (bindAddress !== undefined && familyOf(bindAddress) !== family) {
      const message = `cannot bind an ${family} socket to ${bindAddress}`;
      this.#take({ kind: 'open-failed', socket, error: { code: 'EADDRNOTAVAIL', message } });
      return;
    }
    const events = this.#events(socket);
    if (transport === 'udp') {
      const where = { family, bindAddress, port: at?.port };
      this.#links.set(socket, openUdpLink(where, events));
      return;
    }
    if (to === undefined) throw new Error(`machine opened stream ${socket} without a destination`);
    const secure = transport === 'tls' ? { tls: { ...this.#options.tls, serverName } } : {};
    const bindPort = shared?.port ?? at?.port;
    this.#links.set(
      socket,
      openStreamLink({ to, bindAddress, bindPort, connectTimeoutMs, ...secure }, events),
    );
  }

  #listen(effect: Extract<Effect<E>, { kind: 'listen' }>): void {
    const { socket } = effect;
    const at = 'at' in effect ? effect.at : this.#locals.get(effect.sameLocalAs);
    if (at === undefined) throw new Error(`machine listens at ${socket} beside a stream that is not open`);
    let accepted = 0;
    const door = openStreamDoor(at, {
      onOpen: (local) => this.#take({ kind: 'opened', socket, local }),
      onOpenFailed: (error) => {
        this.#close(socket, 'now');
        this.#take({ kind: 'open-failed', socket, error });
      },
      accept: () => {
        accepted += 1;
        const stream = `${socket}:${accepted}`;
        return { ...this.#events(stream), onLink: (link) => this.#links.set(stream, link) };
      },
    });
    this.#doors.set(socket, door);
  }

  #events(socket: SocketId): LinkEvents {
    return {
      onOpen: (local, remote) => {
        this.#locals.set(socket, local);
        const link = this.#links.get(socket);
        if (link !== undefined) this.#options.onLink?.(link, local);
        this.#take({ kind: 'opened', socket, local, ...(remote === undefined ? {} : { remote }) });
      },
      onOpenFailed: (error) => {
        this.#close(socket, 'now');
        this.#take({ kind: 'open-failed', socket, error });
      },
      onBytes: (from, bytes) => this.#take({ kind: 'received', socket, from, bytes }),
      onSendFailed: (to, error) => this.#take(sendFailed(socket, to, error)),
      onClosed: (error) => {
        this.#close(socket, 'now');
        this.#take({ kind: 'closed', socket, ...(error === undefined ? {} : { error }) });
      },
    };
  }

  #close(socket: SocketId, how: 'flush' | 'now'): void {
    const link = this.#links.get(socket) ?? this.#doors.get(socket);
    if (link === undefined) return;
    this.#links.delete(socket);
    this.#doors.delete(socket);
    this.#locals.delete(socket);
    const done = link.close(how);
    this.#closing.add(done);
    void done.then(() => this.#closing.delete(done));
  }

  #arm(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    const deadlineMs = this.#machine.nextDeadlineMs();
    if (deadlineMs === null) {
      if (this.#links.size + this.#doors.size === 0)
        throw new Error('machine waits for nothing: it has no socket, no deadline and is not finished');
      return;
    }
    // Node's timers may fire a fraction of a millisecond early; rounding up saves a second round.
    const waitMs = Math.min(Math.ceil(deadlineMs - this.#now()), maxTimerMs);
    if (waitMs > 0) this.#timer = setTimeout(() => this.#afterPoll(deadlineMs), waitMs);
    else this.#afterPoll(deadlineMs);
  }

  /**
   * Packets that came while the process was busy elsewhere are still in the kernel. An immediate runs behind the
   * poll for them, so that a late answer is not judged as silence.
   */
  #afterPoll(deadlineMs: number): void {
    this.#immediate = setImmediate(() => {
      if (this.#ended) return;
      if (this.#now() < deadlineMs) {
        this.#arm();
        return;
      }
      this.#idleDeadlines = deadlineMs === this.#passedMs ? this.#idleDeadlines + 1 : 0;
      this.#passedMs = deadlineMs;
      if (this.#idleDeadlines > maxIdleDeadlines) {
        this.#end({ reason: new Error('machine does not get past its deadline') });
        return;
      }
      this.#take({ kind: 'deadline' });
    });
  }

  /** With a failure everything is dropped at once; a finished machine's last datagrams still go out. */
  #end(failure: { readonly reason: unknown } | null): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#steps.length = 0;
    for (const socket of [...this.#links.keys(), ...this.#doors.keys()])
      this.#close(socket, failure === null ? 'flush' : 'now');
    if (failure === null) this.#settle?.resolve();
    else this.#settle?.reject(failure.reason);
  }
}

function sendFailed(socket: SocketId, to: Endpoint, error: LinkError): Input {
  return { kind: 'send-failed', socket, to, error };
}
