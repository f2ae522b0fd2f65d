/** When what is due: the schedule of an open loop, which never waits for answers. */

/** One stream of a flow. */
export interface Source {
  /** Of the flow that carries it. */
  readonly flow: number;
  /** Mean distance of its bursts. */
  readonly periodMs: number;
  /** Packets that are due at the same moment. */
  readonly burst: number;
}

export interface ArrivalOptions {
  readonly sources: readonly Source[];
  /** poisson: distances of a stream are independent and exponential · even: all the same, streams at random phases. */
  readonly pattern: 'poisson' | 'even';
  readonly startMs: number;
  /** Draws from [0, 1). */
  readonly random: () => number;
}

/**
 * The packets of all streams in the order of their times. `atMs` and `flow` are those of the next one; `advance()` goes to
 * the one after it. A binary heap in arrays that are made once: nothing is allocated on the way.
 */
export class Arrivals {
  readonly #sources: readonly Source[];
  readonly #pattern: ArrivalOptions['pattern'];
  readonly #random: () => number;
  /** Due times by source. */
  readonly #due: Float64Array;
  /** Packets of the present burst that are left, by source. */
  readonly #left: Uint32Array;
  /** Sources, the earliest on top. */
  readonly #heap: Uint32Array;

  constructor({ sources, pattern, startMs, random }: ArrivalOptions) {
    this.#sources = sources;
    this.#pattern = pattern;
    this.#random = random;
    this.#due = Float64Array.from(
      sources,
      (source) => startMs + (pattern === 'even' ? random() * source.periodMs : this.#gapMs(source)),
    );
    this.#left = Uint32Array.from(sources, ({ burst }) => burst);
    this.#heap = Uint32Array.from(sources.keys());
    for (let at = (sources.length >> 1) - 1; at >= 0; at -= 1) this.#sink(at);
  }

  /** Infinity: nothing will ever be due. */
  get atMs(): number {
    return this.#due[this.#heap[0] ?? -1] ?? Number.POSITIVE_INFINITY;
  }

  get flow(): number {
    return this.#sources[this.#heap[0] ?? -1]?.flow ?? 0;
  }

  advance(): void {
    const top = this.#heap[0];
    const source = this.#sources[top ?? -1];
    if (top === undefined || source === undefined) return;
    const left = (this.#left[top] ?? 1) - 1;
    if (left > 0) {
      this.#left[top] = left;
      return;
    }
    this.#left[top] = source.burst;
    this.#due[top] = (this.#due[top] ?? 0) + this.#gapMs(source);
    this.#sink(0);
  }

  #gapMs({ periodMs }: Source): number {
    return this.#pattern === 'even' ? periodMs : -Math.log(1 - this.#random()) * periodMs;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const moving = heap[from] ?? 0;
    const movingMs = this.#due[moving] ?? 0;
    let at = from;
    for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
      const right = child + 1;
      const rightMs = this.#due[heap[right] ?? -1] ?? Number.POSITIVE_INFINITY;
      if (rightMs < (this.#due[heap[child] ?? -1] ?? 0)) child = right;
      if ((this.#due[heap[child] ?? -1] ?? 0) >= movingMs) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = moving;
  }
}
