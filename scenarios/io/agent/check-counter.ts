/** Copies of a check until an unanswered candidate is given up: sent after 0, 0.5, 1.5 and 3.5 s by libjuice. */
const copiesUntilExhausted = 4;
/** How long the answer to the last copy may take. */
const lastAnswerMs = 300;
/** Two NATs that answer every check from a new port feed the agents new addresses without end. */
const longestMs = 6_000;
/** And so much longer where nothing could be sent at all: the other end has no candidate of a family that this one has. */
const noneMs = 4_000;

/**
 * Counts the connectivity checks that a session sends and says when all are exhausted, which libjuice itself says only
 * after half a minute. Decided by what was sent, not by a clock alone.
 */
export class CheckCounter {
  readonly #sent = new Map<string, number>();
  readonly #onExhausted: () => void;
  #longest: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;

  /** @param onLong it has taken longer than any run of checks that ends */
  constructor({ onExhausted, onLong }: { readonly onExhausted: () => void; readonly onLong: () => void }) {
    this.#onExhausted = onExhausted;
    this.#longest = setTimeout(() => {
      if (this.#sent.size > 0) onLong();
      else this.#longest = setTimeout(onLong, noneMs);
    }, longestMs);
  }

  note(target: string): void {
    this.#sent.set(target, (this.#sent.get(target) ?? 0) + 1);
    clearTimeout(this.#timer);
    if ([...this.#sent.values()].every((copies) => copies >= copiesUntilExhausted)) {
      this.#timer = setTimeout(this.#onExhausted, lastAnswerMs);
    }
  }

  /** @param nameOf what a target is called in the report */
  counts(nameOf: (target: string) => string): Record<string, number> {
    return Object.fromEntries([...this.#sent].map(([target, copies]) => [nameOf(target), copies]));
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#longest);
  }
}
