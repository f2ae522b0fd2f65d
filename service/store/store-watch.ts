/** Notices when the store goes away, lets nobody wait for it meanwhile, and brings it back. */
import { type Failure, failure } from '../../contract/failures.ts';
import { fault } from '../fault.ts';
import type { Store } from './store.ts';
import type { OpenedStore, StoreSource } from './store-source.ts';

/** How long a store may be silent until it is taken for gone. */
export interface WatchPace {
  /** An answer that takes longer raises the question whether anybody is there. */
  readonly doubtMs: number;
  /** Who is there answers that question within this time. */
  readonly answerMs: number;
}

/** Together less than a browser waits for its report to be taken. */
export const usualWatchPace: WatchPace = { doubtMs: 2_000, answerMs: 2_500 };
const firstTryMs = 250;
const lastTryMs = 10_000;

export interface StoreAway {
  readonly since: Date;
  /** What the last try said. */
  readonly failure: Failure;
}

export interface StoreWatchOptions {
  readonly source: StoreSource;
  readonly doubtMs: number;
  /** What opening it at the start came to. */
  readonly opened: OpenedStore | Failure;
  readonly now: () => Date;
  /** From 0 up to, but not including, 1: spreads the tries of several services. */
  readonly random: () => number;
}

/** What a store that is back has to stand before anybody else is let in. */
export type Trial = (store: Store) => Promise<void>;

export class StoreWatch {
  readonly #options: StoreWatchOptions;
  #opened: OpenedStore | null = null;
  #away: StoreAway | null = null;
  /** Of those who wait for an answer of the store that is open: each takes its own out again. */
  readonly #waiting = new Set<(reason: Error) => void>();
  #tries = 0;
  #retry: NodeJS.Timeout | null = null;
  #doubting = false;
  #closed = false;
  #trial: Trial = async () => {};
  #onChange: (away: StoreAway | null) => void = () => {};

  constructor(options: StoreWatchOptions) {
    this.#options = options;
    const { opened, now } = options;
    if ('store' in opened) this.#use(opened);
    else this.#goAway({ since: now(), failure: opened });
  }

  /** Null: it is there, as far as anybody knows. */
  get away(): StoreAway | null {
    return this.#away;
  }

  /** Does this error, of whatever question, say that the store is away? */
  saysAway(error: unknown): boolean {
    return this.#options.source.awayFailure(error) !== null;
  }

  /** @param onChange told when it goes away and when it is back */
  attend(trial: Trial, onChange: (away: StoreAway | null) => void): void {
    this.#trial = trial;
    this.#onChange = onChange;
  }

  /** Throws the fault `store-away` at once while it is away, or as soon as it turns out to be. */
  async ask<T>(question: (store: Store) => Promise<T>): Promise<T> {
    const opened = this.#opened;
    if (opened === null) throw this.#fault();
    const doubt = setInterval(() => void this.#doubt(opened), this.#options.doubtMs);
    let leave = (_reason: Error): void => {};
    try {
      // Not a race with one promise for all: that outlives its questions, and keeps the answer of each.
      return await new Promise<T>((resolve, reject) => {
        leave = reject;
        this.#waiting.add(leave);
        question(opened.store).then(resolve, reject);
      });
    } catch (error) {
      const cause = this.#options.source.awayFailure(error);
      if (cause === null) throw error;
      this.#lose(opened, cause);
      throw this.#fault(cause);
    } finally {
      clearInterval(doubt);
      this.#waiting.delete(leave);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#opened?.store.close();
  }

  #fault(cause = this.#away?.failure): Error {
    return fault('store-away', cause?.code);
  }

  #use(opened: OpenedStore): void {
    this.#opened = opened;
    this.#away = null;
  }

  #lose(opened: OpenedStore, cause: Failure): void {
    if (this.#opened !== opened || this.#closed) return;
    this.#opened = null;
    this.#goAway({ since: this.#options.now(), failure: cause });
    const reason = this.#fault();
    for (const leave of this.#waiting) leave(reason);
    this.#waiting.clear();
    // What still waits on its connections would hold them for as long as the system retransmits.
    opened.abandon();
    this.#onChange(this.#away);
  }

  #goAway(away: StoreAway): void {
    this.#away = away;
    this.#later();
  }

  async #doubt(opened: OpenedStore): Promise<void> {
    if (this.#doubting || this.#opened !== opened) return;
    this.#doubting = true;
    try {
      await this.#options.source.answers();
    } catch (error) {
      const cause = this.#options.source.awayFailure(error);
      if (cause !== null) this.#lose(opened, cause);
    } finally {
      this.#doubting = false;
    }
  }

  #later(): void {
    const { random } = this.#options;
    const waitMs = Math.min(lastTryMs, firstTryMs * 2 ** this.#tries) * (0.75 + random() / 2);
    this.#tries += 1;
    this.#retry = setTimeout(() => void this.#tryAgain(), waitMs).unref();
  }

  async #tryAgain(): Promise<void> {
    const { source } = this.#options;
    const attempt = new Attempt(source, this.#trial, this.#options.doubtMs);
    try {
      const opened = await attempt.run();
      if (this.#closed) return await opened.store.close();
      this.#tries = 0;
      this.#use(opened);
    } catch (error) {
      attempt.abandon();
      if (this.#closed || this.#away === null) return;
      const said = failure('store-failed', error instanceof Error ? error.message : String(error));
      this.#away = { since: this.#away.since, failure: source.awayFailure(error) ?? said };
      return this.#later();
    }
    this.#onChange(null);
  }
}

/** One try to have the store back. A migration may take its time, but not where nobody answers. */
class Attempt {
  readonly #source: StoreSource;
  readonly #trial: Trial;
  readonly #doubtMs: number;
  #opened: OpenedStore | null = null;
  #abandoned = false;

  constructor(source: StoreSource, trial: Trial, doubtMs: number) {
    this.#source = source;
    this.#trial = trial;
    this.#doubtMs = doubtMs;
  }

  async run(): Promise<OpenedStore> {
    let ask: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      ask = setInterval(() => this.#source.answers().catch(reject), 2 * this.#doubtMs);
    });
    try {
      return await Promise.race([this.#open(), silence]);
    } finally {
      clearInterval(ask);
    }
  }

  abandon(): void {
    this.#abandoned = true;
    this.#opened?.abandon();
  }

  async #open(): Promise<OpenedStore> {
    const opened = await this.#source.open();
    this.#opened = opened;
    if (this.#abandoned) opened.abandon();
    await opened.mayWrite();
    await this.#trial(opened.store);
    return opened;
  }
}
