/** Tells every open dashboard what is new. */
import { type LiveMessage, signalVersion } from '../../contract/signal.ts';
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

export class LiveHub {
  readonly #limits: LiveLimits;
  readonly #onCount: (count: number) => void;
  readonly #heartbeat: Heartbeat<LiveSocket>;
  readonly #mayStay = new WeakMap<LiveSocket, () => Promise<boolean>>();
  readonly #listeners = new Set<(message: LiveMessage) => void>();

  constructor(limits: LiveLimits, onCount: (count: number) => void) {
    this.#limits = limits;
    this.#onCount = onCount;
    this.#heartbeat = new Heartbeat(limits.pingMs, (socket) => this.#drop(socket));
  }

  /** @param mayStay whoever may no more what he might when he came is sent away */
  add(socket: LiveSocket, mayStay: () => Promise<boolean>): void {
    socket.on('error', () => this.#drop(socket));
    if (this.#heartbeat.size >= this.#limits.sockets) {
      socket.close(closeTryAgainLater, 'too many dashboards are open');
      return;
    }
    this.#heartbeat.add(socket);
    this.#mayStay.set(socket, mayStay);
    this.#onCount(this.#heartbeat.size);
    // This socket speaks in one direction only; whoever talks back is not one of our clients.
    socket.on('message', () => socket.close(closePolicyViolation, 'this socket only sends'));
    socket.on('close', () => this.#forget(socket));
    this.#send(socket, JSON.stringify({ type: 'hello', version: signalVersion } satisfies LiveMessage));
  }

  /** To the dashboards here, and to those who pass on what happens here. */
  broadcast(message: LiveMessage): void {
    this.tell(message);
    for (const listener of this.#listeners) listener(message);
  }

  /** To the dashboards here alone. */
  tell(message: LiveMessage): void {
    if (this.#heartbeat.size === 0) return;
    const text = JSON.stringify(message);
    for (const socket of this.#heartbeat.sockets) this.#send(socket, text);
    if (message.type === 'access-changed') void this.lookAgain();
  }

  /** Who may still be here? A sign-in ends by itself as well. */
  async lookAgain(): Promise<void> {
    for (const socket of this.#heartbeat.sockets) {
      const mayStay = this.#mayStay.get(socket);
      // While nobody can say, nobody is sent away.
      if (mayStay === undefined || (await mayStay().catch(() => true))) continue;
      socket.close(closePolicyViolation, 'not signed in any more');
      this.#forget(socket);
    }
  }

  /** Takes it back when it is called. */
  onBroadcast(listener: (message: LiveMessage) => void): () => void {
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
