/**
 * Does the same thing at most once in a while, however often it is asked for: at once, and once more at the end of the
 * while if it was asked for meanwhile.
 */
export class Seldom {
  readonly #pauseMs: number;
  readonly #act: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isWanted = false;

  constructor(pauseMs: number, act: () => void) {
    this.#pauseMs = pauseMs;
    this.#act = act;
  }

  readonly ask = (): void => {
    if (this.#timer !== null) {
      this.#isWanted = true;
      return;
    }
    this.#act();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (!this.#isWanted) return;
      this.#isWanted = false;
      this.ask();
    }, this.#pauseMs);
  };

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isWanted = false;
  }
}
