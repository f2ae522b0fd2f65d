/** A machine on the real clock: feeds it, has its effects carried out in order, and wakes it at its deadlines. */

export interface Machine<I, E> {
  handle(nowMs: number, input: I): readonly E[];
  nextDeadlineMs(): number | null;
}

/** setTimeout cannot wait longer. */
const maxTimerMs = 2 ** 31 - 1;

export class MachineLoop<I, E> {
  readonly #machine: Machine<I, E>;
  readonly #carryOut: (effect: E) => void;
  readonly #due: I;
  /** Effects that are still to be carried out: carrying one out may lead to others. */
  readonly #queue: E[] = [];
  #running = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAtMs = Number.POSITIVE_INFINITY;

  /** @param due what it is fed when a deadline has come */
  constructor(machine: Machine<I, E>, due: I, carryOut: (effect: E) => void) {
    this.#machine = machine;
    this.#due = due;
    this.#carryOut = carryOut;
  }

  /** Gives what follows from the input; it has been carried out, or will be after what is being carried out just now. */
  feed(input: I): readonly E[] {
    const effects = this.#machine.handle(performance.now(), input);
    this.#queue.push(...effects);
    this.#run();
    return effects;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #run(): void {
    if (this.#running) return;
    this.#running = true;
    try {
      for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
        this.#carryOut(effect);
      }
    } finally {
      this.#running = false;
    }
    this.#setTimer();
  }

  #setTimer(): void {
    const dueMs = this.#machine.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
    // One that fires too early finds nothing to do, and is cheaper than a new one for every message.
    if (dueMs >= this.#timerAtMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAtMs = dueMs;
    const waitMs = Math.min(maxTimerMs, Math.max(0, Math.ceil(dueMs - performance.now())));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#timerAtMs = Number.POSITIVE_INFINITY;
      this.feed(this.#due);
    }, waitMs).unref();
  }
}
