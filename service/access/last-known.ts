/**
 * What the store said last of each session or key, for the time in which it is away: a dashboard that shows what is
 * wrong must not go dark with it, nor a Prometheus that is to raise the alarm.
 */
import { isStoreAway } from '../fault.ts';

/** So long an answer is good without the store, and whoever was sent away on another node can stay. */
const goodMs = 15 * 60_000;
/** Beyond this the oldest is forgotten. */
const most = 10_000;

export class LastKnown<T> {
  readonly #answers = new Map<string, { readonly value: T; readonly atMs: number }>();

  /** What the store answers. While it is away: what it answered last, if that was not long ago. */
  async ask(hash: string, nowMs: number, question: () => Promise<T | null>): Promise<T | null> {
    try {
      const value = await question();
      this.forget(hash);
      if (value !== null) this.#keep(hash, value, nowMs);
      return value;
    } catch (error) {
      const known = this.#answers.get(hash);
      if (!isStoreAway(error) || known === undefined || nowMs - known.atMs > goodMs) throw error;
      return known.value;
    }
  }

  forget(hash: string): void {
    this.#answers.delete(hash);
  }

  clear(): void {
    this.#answers.clear();
  }

  #keep(hash: string, value: T, atMs: number): void {
    this.#answers.set(hash, { value, atMs });
    if (this.#answers.size <= most) return;
    const [oldest] = this.#answers.keys();
    if (oldest !== undefined) this.#answers.delete(oldest);
  }
}
