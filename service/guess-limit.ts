/** How often somebody may be wrong about something short: by each address, and by all together. Pure. */
import { sourceNetwork } from '../turn/server/rate-table.ts';

export interface GuessLimits {
  readonly perSource: number;
  readonly inAll: number;
  readonly windowMs: number;
}

/** A guess under way, or one that was wrong. */
export interface Guess {
  readonly source: string;
  readonly atMs: number;
}

export class GuessLimit {
  readonly #limits: GuessLimits;
  /** Oldest first; never more than `inAll`. */
  #guesses: Guess[] = [];

  constructor(limits: GuessLimits) {
    this.#limits = limits;
  }

  /**
   * It counts as wrong until it is taken back, so that many at the same moment are no way around the limit.
   * @param address IPv6 is counted by its /64
   */
  begin(address: string, nowMs: number): Guess | { readonly waitSec: number } {
    const { perSource, inAll, windowMs } = this.#limits;
    this.#guesses = this.#guesses.filter(({ atMs }) => nowMs - atMs < windowMs);
    const source = sourceNetwork(address);
    const own = this.#guesses.filter((guess) => guess.source === source);
    const [oldest] = own.length >= perSource ? own : this.#guesses.length >= inAll ? this.#guesses : [];
    if (oldest !== undefined) return { waitSec: Math.ceil((oldest.atMs + windowMs - nowMs) / 1000) };
    const guess = { source, atMs: nowMs };
    this.#guesses.push(guess);
    return guess;
  }

  /** It was right, or nobody can say. */
  takeBack(guess: Guess): void {
    this.#guesses = this.#guesses.filter((each) => each !== guess);
  }
}
