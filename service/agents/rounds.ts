/** Work that is done again and again, never twice at a time. */
export interface RoundsOptions {
  readonly everyMs: number;
  readonly work: () => Promise<void>;
  readonly rare: { readonly everyMs: number; readonly work: () => Promise<void> };
  /** Once, until a round succeeds again. */
  readonly onFault: (error: unknown) => void;
}

export class Rounds {
  readonly #options: RoundsOptions;
  #timer: NodeJS.Timeout;
  #running: Promise<void> | null = null;
  #rareMs = performance.now();
  #closed = false;
  #failing = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#timer = this.#after(options.everyMs);
  }

  /** One round, or the one that runs just now. Never rejects. */
  now(): Promise<void> {
    this.#running ??= this.#round().finally(() => {
      this.#running = null;
      if (this.#closed) return;
      clearTimeout(this.#timer);
      this.#timer = this.#after(this.#options.everyMs);
    });
    return this.#running;
  }

  /** There is something to do. */
  soon(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = this.#after(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #after(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.now(), ms).unref();
  }

  async #round(): Promise<void> {
    const { work, rare, onFault } = this.#options;
    try {
      await work();
      this.#failing = false;
      if (performance.now() - this.#rareMs < rare.everyMs) return;
      this.#rareMs = performance.now();
      await rare.work();
    } catch (error) {
      if (!this.#failing) onFault(error);
      this.#failing = true;
    }
  }
}
