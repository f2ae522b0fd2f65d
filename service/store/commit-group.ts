/**
 * Group commit: what comes while others are being written is written together, in one transaction. The price of a
 * transaction and of flushing the disk is then paid once for all of it, so that more load costs less for each.
 */
import { fault } from '../fault.ts';

export interface GroupLimits {
  /** Of one group; the first one is always taken. */
  readonly items: number;
  readonly weight: number;
  /** After a group of several, others are likely to come: the next one stays open for so long. */
  readonly gatherMs: number;
  /** Items that may wait. */
  readonly waiting: number;
  /** While one has waited for longer, no others are taken. */
  readonly waitMs: number;
}

export interface CommitGroupOptions<I, O> {
  readonly limits: GroupLimits;
  readonly weigh: (item: I) => number;
  /** Writes all of them or none, and answers each, in their order. */
  readonly write: (items: readonly I[]) => Promise<readonly O[]>;
}

interface Waiting<I, O> {
  readonly item: I;
  readonly sinceMs: number;
  readonly resolve: (answer: O) => void;
  readonly reject: (error: unknown) => void;
}

export class CommitGroup<I, O> {
  readonly #options: CommitGroupOptions<I, O>;
  readonly #waiting: Waiting<I, O>[] = [];
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #lastSize = 0;

  constructor(options: CommitGroupOptions<I, O>) {
    this.#options = options;
  }

  /** Resolves when it is written. Rejects with `service-busy`, or with what went wrong with this one. */
  async add(item: I): Promise<O> {
    const { waiting, waitMs } = this.#options.limits;
    const nowMs = performance.now();
    const oldestMs = this.#waiting[0]?.sinceMs ?? nowMs;
    if (this.#waiting.length >= waiting || nowMs - oldestMs > waitMs) {
      throw fault('service-busy', `${this.#waiting.length} reports wait for the store`);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, sinceMs: nowMs, resolve, reject });
      this.#plan(nowMs);
    });
  }

  /** Resolves when all that was added is written, or has failed. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#writing !== null) {
      if (this.#writing === null) this.#begin();
      await this.#writing;
    }
  }

  #plan(nowMs: number): void {
    const [first] = this.#waiting;
    if (this.#writing !== null || first === undefined) return;
    const { items, gatherMs } = this.#options.limits;
    const alone = this.#lastSize <= 1 || this.#waiting.length >= items;
    const leftMs = alone ? 0 : first.sinceMs + gatherMs - nowMs;
    if (leftMs <= 0) this.#begin();
    else this.#timer ??= setTimeout(() => this.#begin(), leftMs);
  }

  #begin(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const group = this.#waiting.splice(0, this.#nextSize());
    this.#lastSize = group.length;
    this.#writing = this.#write(group).then(() => {
      this.#writing = null;
      this.#plan(performance.now());
    });
  }

  #nextSize(): number {
    const { limits, weigh } = this.#options;
    let weight = 0;
    const end = this.#waiting.findIndex(({ item }, place) => {
      weight += weigh(item);
      return place > 0 && (place >= limits.items || weight > limits.weight);
    });
    return end === -1 ? this.#waiting.length : end;
  }

  async #write(group: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const answers = await this.#options.write(group.map(({ item }) => item));
      for (const [place, answer] of answers.entries()) group[place]?.resolve(answer);
    } catch (error) {
      // What is wrong with one must not take the others with it.
      if (group.length > 1) await Promise.all(group.map((each) => this.#write([each])));
      else group[0]?.reject(error);
    }
  }
}
