/** Tells every open dashboard what is new. */
import { type LiveMessage, signalVersion } from '../../contract/signal.ts';
import { type Sight, sees } from '../projects/scope.ts';
import { Heartbeat } from './heartbeat.ts';

/** What the hub needs of a WebSocket (`ws` has it). */
export interface LiveSocket {
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'pong' | 'close' | 'error' | 'message', listener: () => void): unknown;
}

export interface LiveLimits {
  readonly sockets: number;
  /** A reader that lets more than this pile up is cut off; it reconnects and fetches the present state. */
  readonly bufferedBytes: number;
  /** A socket that has not answered one ping when the next is due is gone. */
  readonly pingMs: number;
}

export const liveLimits: LiveLimits = { sockets: 100, bufferedBytes: 1_048_576, pingMs: 30_000 };

/** RFC 6455 §7.4.1; 1012 and 1013 are from the IANA registry. */
const closeGoingAway = 1001;
const closePolicyViolation = 1008;
const closeServiceRestart = 1012;
const closeTryAgainLater = 1013;

interface Reader {
  readonly sight: Sight;
  readonly sightNow: () => Promise<Sight | null>;
}

/** They say nothing but that it is time to ask again. */
const bare: ReadonlySet<LiveMessage['type']> = new Set([
  'hello',
  'servers-changed',
  'store-changed',
  'access-changed',
  'projects-changed',
]);

function isFor({ reads, isWhole }: Sight, { type }: LiveMessage, project: string | null): boolean {
  return project === null ? isWhole || bare.has(type) : sees(reads, project);
}

function sameSight(a: Sight, b: Sight): boolean {
  return a.isWhole === b.isWhole && String(a.reads) === String(b.reads);
}

export class LiveHub {
  readonly #limits: LiveLimits;
  readonly #onCount: (count: number) => void;
  readonly #heartbeat: Heartbeat<LiveSocket>;
  readonly #readers = new WeakMap<LiveSocket, Reader>();
  readonly #listeners = new Set<(message: LiveMessage, project: string | null) => void>();

  constructor(limits: LiveLimits, onCount: (count: number) => void) {
    this.#limits = limits;
    this.#onCount = onCount;
    this.#heartbeat = new Heartbeat(limits.pingMs, (socket) => this.#drop(socket));
  }

  /**
   * @param sight what it is told of
   * @param sightNow whoever sees no more what he saw when he came is sent away; null: he sees nothing
   */
  add(socket: LiveSocket, sight: Sight, sightNow: () => Promise<Sight | null>): void {
    socket.on('error', () => this.#drop(socket));
    if (this.#heartbeat.size >= this.#limits.sockets) {
      socket.close(closeTryAgainLater, 'too many dashboards are open');
      return;
    }
    this.#heartbeat.add(socket);
    this.#readers.set(socket, { sight, sightNow });
    this.#onCount(this.#heartbeat.size);
    // This socket speaks in one direction only; whoever talks back is not one of our clients.
    socket.on('message', () => socket.close(closePolicyViolation, 'this socket only sends'));
    socket.on('close', () => this.#forget(socket));
    this.#send(socket, JSON.stringify({ type: 'hello', version: signalVersion } satisfies LiveMessage));
  }

  /**
   * To the dashboards here, and to those who pass on what happens here.
   * @param project whose it is; null: it is about the whole service, which not everybody sees
   */
  broadcast(message: LiveMessage, project: string | null = null): void {
    this.tell(message, project);
    for (const listener of this.#listeners) listener(message, project);
  }

  /** To the dashboards here alone. */
  tell(message: LiveMessage, project: string | null = null): void {
    if (this.#heartbeat.size === 0) return;
    const text = JSON.stringify(message);
    for (const socket of this.#heartbeat.sockets) {
      const reader = this.#readers.get(socket);
      if (reader !== undefined && isFor(reader.sight, message, project)) this.#send(socket, text);
    }
    if (message.type === 'access-changed') void this.lookAgain();
  }

  /** Who may still be here? A sign-in ends by itself as well. */
  async lookAgain(): Promise<void> {
    for (const socket of this.#heartbeat.sockets) {
      const reader = this.#readers.get(socket);
      if (reader === undefined) continue;
      // While nobody can say, nobody is sent away.
      const now = await reader.sightNow().catch(() => reader.sight);
      if (now !== null && sameSight(now, reader.sight)) continue;
      socket.close(closePolicyViolation, 'not signed in any more');
      this.#forget(socket);
    }
  }

  /** Takes it back when it is called. */
  onBroadcast(listener: (message: LiveMessage, project: string | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** They come back at once, and fetch the present state. */
  restart(): void {
    this.#closeAll(closeServiceRestart, 'updates were missed');
  }

  close(): void {
    this.#closeAll(closeGoingAway, 'the service stops');
  }

  #closeAll(code: number, reason: string): void {
    for (const socket of this.#heartbeat.sockets) {
      socket.close(code, reason);
      this.#forget(socket);
    }
  }

  #send(socket: LiveSocket, text: string): void {
    if (socket.bufferedAmount > this.#limits.bufferedBytes) this.#drop(socket);
    else socket.send(text);
  }

  #drop(socket: LiveSocket): void {
    socket.terminate();
    this.#forget(socket);
  }

  #forget(socket: LiveSocket): void {
    if (this.#heartbeat.remove(socket)) this.#onCount(this.#heartbeat.size);
  }
}
