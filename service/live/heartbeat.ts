/** Finds out which WebSockets are dead: one that has not answered a ping when the next is due. */
export interface PingedSocket {
  ping(): void;
  on(event: 'pong', listener: () => void): unknown;
}

export class Heartbeat<S extends PingedSocket> {
  readonly #pingMs: number;
  readonly #onDead: (socket: S) => void;
  /** Socket → has it answered since the last ping? */
  readonly #answered = new Map<S, boolean>();
  #timer: NodeJS.Timeout | null = null;

  constructor(pingMs: number, onDead: (socket: S) => void) {
    this.#pingMs = pingMs;
    this.#onDead = onDead;
  }

  get sockets(): S[] {
    return [...this.#answered.keys()];
  }

  get size(): number {
    return this.#answered.size;
  }

  add(socket: S): void {
    this.#answered.set(socket, true);
    socket.on('pong', () => {
      if (this.#answered.has(socket)) this.#answered.set(socket, true);
    });
    this.#timer ??= setInterval(() => this.#ping(), this.#pingMs).unref();
  }

  /** False: it was not there. */
  remove(socket: S): boolean {
    const known = this.#answered.delete(socket);
    if (this.#answered.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    return known;
  }

  #ping(): void {
    for (const [socket, answered] of [...this.#answered]) {
      if (answered) {
        this.#answered.set(socket, false);
        socket.ping();
      } else this.#onDead(socket);
    }
  }
}
