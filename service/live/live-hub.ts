/** Tells every open dashboard what is new. */
import { type LiveMessage, signalVersion } from '../../contract/signal.ts';

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

/** RFC 6455 §7.4.1; 1013 is from the IANA registry. */
const closeGoingAway = 1001;
const closePolicyViolation = 1008;
const closeTryAgainLater = 1013;

export class LiveHub {
  readonly #limits: LiveLimits;
  readonly #onCount: (count: number) => void;
  /** Socket → has it answered since the last ping? */
  readonly #answered = new Map<LiveSocket, boolean>();
  #timer: NodeJS.Timeout | null = null;

  constructor(limits: LiveLimits, onCount: (count: number) => void) {
    this.#limits = limits;
    this.#onCount = onCount;
  }

  add(socket: LiveSocket): void {
    socket.on('error', () => this.#drop(socket));
    if (this.#answered.size >= this.#limits.sockets) {
      socket.close(closeTryAgainLater, 'too many dashboards are open');
      return;
    }
    this.#answered.set(socket, true);
    this.#onCount(this.#answered.size);
    socket.on('pong', () => {
      if (this.#answered.has(socket)) this.#answered.set(socket, true);
    });
    // This socket speaks in one direction only; whoever talks back is not one of our clients.
    socket.on('message', () => socket.close(closePolicyViolation, 'this socket only sends'));
    socket.on('close', () => this.#forget(socket));
    this.#send(socket, JSON.stringify({ type: 'hello', version: signalVersion } satisfies LiveMessage));
    this.#timer ??= setInterval(() => this.#ping(), this.#limits.pingMs).unref();
  }

  broadcast(message: LiveMessage): void {
    const text = JSON.stringify(message);
    for (const socket of [...this.#answered.keys()]) this.#send(socket, text);
  }

  close(): void {
    for (const socket of [...this.#answered.keys()]) {
      socket.close(closeGoingAway, 'the service stops');
      this.#forget(socket);
    }
  }

  #send(socket: LiveSocket, text: string): void {
    if (socket.bufferedAmount > this.#limits.bufferedBytes) this.#drop(socket);
    else socket.send(text);
  }

  #ping(): void {
    for (const [socket, answered] of [...this.#answered]) {
      if (!answered) {
        this.#drop(socket);
        continue;
      }
      this.#answered.set(socket, false);
      socket.ping();
    }
  }

  #drop(socket: LiveSocket): void {
    socket.terminate();
    this.#forget(socket);
  }

  #forget(socket: LiveSocket): void {
    if (this.#answered.delete(socket)) this.#onCount(this.#answered.size);
    if (this.#answered.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }
}
