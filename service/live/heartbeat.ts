/** Finds out which WebSockets are dead: one that has not answered a ping when the next is due. */
export interface PingedSocket {
  ping(): void;
  on(event: 'pong', listener: () => void): unknown;
}

/** They are pinged in turn: ten thousand at once would hold up everything else. */
const turns = 30;

export class Heartbeat<S extends PingedSocket> {
  readonly #pingMs: number;
  readonly #onDead: (socket: S) => void;
  /** Of each turn: socket → has it answered since its last ping? */
  readonly #answered: readonly Map<S, boolean>[] = Array.from({ length: turns }, () => new Map());
  #size = 0;
  /** Whose turn is next, and where the next socket goes. */
  #turn = 0;
  #place = 0;
  #timer: NodeJS.Timeout | null = null;

  /** @param pingMs how often each is pinged */
  constructor(pingMs: number, onDead: (socket: S) => void) {
    this.#pingMs = pingMs;
    this.#onDead = onDead;
  }

  get sockets(): S[] {
    return this.#answered.flatMap((answered) => [...answered.keys()]);
  }

  get size(): number {
    return this.#size;
  }

  add(socket: S): void {
    const answered = this.#mapOf(this.#place);
    this.#place += 1;
    this.#size += 1;
    answered.set(socket, true);
    socket.on('pong', () => {
      if (answered.has(socket)) answered.set(socket, true);
    });
    this.#timer ??= setInterval(() => this.#ping(), this.#pingMs / turns).unref();
  }

  /** False: it was not there. */
  remove(socket: S): boolean {
    const known = this.#answered.some((answered) => answered.delete(socket));
    if (known) this.#size -= 1;
    if (this.#size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    return known;
  }

  #ping(): void {
    const answered = this.#mapOf(this.#turn);
    this.#turn += 1;
    for (const [socket, alive] of [...answered]) {
      if (alive) {
        answered.set(socket, false);
        socket.ping();
      } else this.#onDead(socket);
    }
  }

  #mapOf(turn: number): Map<S, boolean> {
    return this.#answered[turn % turns] ?? new Map();
  }
}
