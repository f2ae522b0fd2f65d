/**
 * A store that may be away, and reports that wait for it: kept on the disk meanwhile, stored in their order once it is
 * back. A report that is stored twice is stored once, by its digest; so nothing has to be remembered of what is done
 * between storing a report and taking it out of the spool.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Envelope } from '../../../contract/envelope.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import { linkIdAt } from '../../links/link-state.ts';
import { hashOf } from '../../secret-hash.ts';
import { identify, linkOf, withLink } from '../report-identity.ts';
import { longCode } from '../run-code.ts';
import type { Store } from '../store.ts';
import type { StoreAway, StoreWatch } from '../store-watch.ts';
import { digestReport } from '../summary.ts';
import { watchedStore } from '../watched-store.ts';
import type { Spool, SpoolState, Waiting } from './spool.ts';
import type { Origin, WaitingReport } from './waiting-report.ts';

/** A report that the store refuses so often, while it takes others, is set aside. */
const mostTries = 5;
const firstPauseMs = 50;
/** After the spool itself could not be read. */
const retryMs = 30_000;

export interface SpoolingEvents {
  /** It was spooled; its sender is told so now. */
  kept(): void;
  /** @param added false: the store had it already */
  stored(report: Envelope, summary: RunSummary, added: boolean, origin: Origin): void;
  /** Around what stores a report that came in that way. */
  storing<T>(origin: Origin, store: () => Promise<T>): Promise<T>;
  /** The store went away (not null), or is back. */
  changed(away: StoreAway | null): void;
  failed(error: unknown): void;
}

export interface SpoolingParts {
  readonly watch: StoreWatch;
  readonly spool: Spool;
  readonly limits: { readonly bytes: number };
  readonly now: () => Date;
}

export class Spooling {
  /** Refuses with `store-away` while it is away. */
  readonly store: Store;
  readonly limitBytes: number;
  readonly #watch: StoreWatch;
  readonly #spool: Spool;
  readonly #now: () => Date;
  #events: SpoolingEvents | null = null;
  #draining: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor({ watch, spool, limits, now }: SpoolingParts) {
    this.#watch = watch;
    this.#spool = spool;
    this.#now = now;
    this.limitBytes = limits.bytes;
    this.store = watchedStore(watch);
    watch.attend(
      (store) => this.#tryOldest(store),
      (away) => {
        this.#events?.changed(away);
        this.#drain();
      },
    );
  }

  get away(): StoreAway | null {
    return this.#watch.away;
  }

  state(): SpoolState {
    return this.#spool.state();
  }

  /** From now on what waits is stored, and this is told of it. */
  attend(events: SpoolingEvents): void {
    this.#events = events;
    if (this.away !== null) events.changed(this.away);
    this.#drain();
  }

  /**
   * Resolves when the report is on the disk. Throws `spool-full` and `spool-failed`.
   * @param report as it came: with the token of its link
   */
  async keep(report: Envelope, origin: Origin): Promise<RunSummary> {
    const token = linkOf(report);
    const bare = withLink(report, null);
    const { id, digest } = identify(bare);
    const receivedAt = this.#now();
    const code = report.kind === 'visit-report' ? longCode(digest) : null;
    const linkHash = token === null ? null : hashOf(token);
    await this.#spool.add({
      id,
      code,
      receivedAt: receivedAt.toISOString(),
      linkHash,
      ...origin,
      report: bare,
    });
    this.#events?.kept();
    // The store may have come back while this was written.
    this.#drain();
    return digestReport(bare, id, receivedAt, code).summary;
  }

  /** What was set aside before goes. Resolves to how many files that were. */
  expire(before: Date): Promise<number> {
    return this.#spool.expire(before);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#draining;
    await this.#watch.close();
    await this.#spool.close();
  }

  #drain(): void {
    if (this.#draining !== null || this.#closed || this.#events === null || this.away !== null) return;
    this.#draining = this.#storeAll().then(
      () => {
        this.#draining = null;
        // One may have come after the last look.
        if (this.state().reports > 0) this.#drain();
      },
      (error: unknown) => {
        this.#draining = null;
        // Gone again: when it is back this begins anew.
        if (this.away !== null) return;
        this.#events?.failed(error);
        this.#retry = setTimeout(() => this.#drain(), retryMs).unref();
      },
    );
  }

  async #storeAll(): Promise<void> {
    for (let oldest = await this.#spool.peek(); oldest !== null; oldest = await this.#spool.peek()) {
      const one = oldest;
      await this.#settle(one, await this.#watch.ask((store) => this.#judge(store, one)));
      if (this.#closed) return;
    }
  }

  /** A store that has been away shows with the oldest report that it takes reports again. */
  async #tryOldest(store: Store): Promise<void> {
    const oldest = await this.#spool.peek();
    if (oldest !== null) await this.#settle(oldest, await this.#judge(store, oldest));
  }

  /** What became of it: stored, or why it never will be. Throws when that cannot be said now. */
  async #judge(store: Store, oldest: Waiting): Promise<Outcome> {
    if (!('waiting' in oldest)) return { refused: oldest.problem };
    for (let tries = 1; ; tries++) {
      try {
        return await this.#insert(store, oldest.waiting);
      } catch (error) {
        if (this.#watch.saysAway(error)) throw error;
        // The report is to blame only where the store answers something else.
        await store.ping();
        if (tries === mostTries) return { refused: error instanceof Error ? error.message : String(error) };
      }
      await wait(firstPauseMs * 2 ** (tries - 1));
    }
  }

  #insert(store: Store, waiting: WaitingReport): Promise<Outcome> {
    const run = () => insert(store, waiting);
    return this.#events === null ? run() : this.#events.storing(waiting, run);
  }

  async #settle(oldest: Waiting, outcome: Outcome): Promise<void> {
    if ('refused' in outcome) return this.#spool.setAside(oldest, outcome.refused);
    await this.#spool.shift(oldest);
    const { report, summary, added, origin } = outcome;
    this.#events?.stored(report, summary, added, origin);
  }
}

type Outcome =
  | { readonly refused: string }
  | {
      readonly report: Envelope;
      readonly summary: RunSummary;
      readonly added: boolean;
      readonly origin: Origin;
    };

async function insert(store: Store, waiting: WaitingReport): Promise<Outcome> {
  const { linkHash, code, requestId, traceparent } = waiting;
  const receivedAt = new Date(waiting.receivedAt);
  const found = linkHash === null ? null : await store.findLink(linkHash);
  const link = linkIdAt(found, receivedAt.getTime());
  const project = found !== null && link !== null ? found.project : waiting.project;
  const report = withLink(waiting.report, link);
  const origin = { requestId, traceparent, project };
  return { report, origin, ...(await store.addReport(report, receivedAt, code, project)) };
}
