/** Takes reports in: into the store, or, while that is away, onto the disk until it is back. */
import type { Envelope } from '../contract/envelope.ts';
import type { RunSummary } from '../contract/runs.ts';
import { isStoreAway } from './fault.ts';
import type { LinkDesk } from './links/link-desk.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { Metrics } from './metrics.ts';
import type { Spooling } from './store/spool/spooling.ts';
import type { Store } from './store/store.ts';
import { inject } from './trace/trace-context.ts';
import type { OpenSpan, Tracing } from './trace/tracing.ts';

export interface ReportIntakeParts {
  readonly store: Pick<Store, 'addReport'>;
  /** Null: what the store refuses is refused. */
  readonly spooling: Spooling | null;
  readonly links: Pick<LinkDesk, 'claim'>;
  readonly metrics: Metrics;
  readonly live: Pick<LiveHub, 'broadcast'>;
  readonly tracing: Tracing;
  readonly now: () => Date;
}

export class ReportIntake {
  readonly #parts: ReportIntakeParts;

  constructor(parts: ReportIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the report is on the disk, of the store or of this host: its id and code hold in both cases.
   * @param requestId of the request that brought it; null: it is our own
   */
  take(report: Envelope, requestId: string | null = null): Promise<RunSummary> {
    const facts = { 'polynya.report.kind': report.kind };
    return this.#parts.tracing.span('take report', { facts }, (span) => this.#take(report, requestId, span));
  }

  async #take(report: Envelope, requestId: string | null, span: OpenSpan): Promise<RunSummary> {
    const { store, spooling, links, metrics, tracing, now } = this.#parts;
    try {
      const claimed = await links.claim(report);
      const { summary, added } = await metrics.writing(store.addReport(claimed, now()));
      this.tell(claimed, summary, added);
      return summary;
    } catch (error) {
      if (spooling === null || !isStoreAway(error)) throw error;
      span.set({ 'polynya.report.spooled': true });
      const { traceparent = null } = inject(tracing.current());
      return spooling.keep(report, { requestId, traceparent });
    }
  }

  /** It is in the store now: counts it and tells the dashboards, once. */
  tell(report: Envelope, summary: RunSummary, added: boolean): void {
    if (!added) return;
    this.#parts.metrics.runStored(report);
    this.#parts.live.broadcast({ type: 'run-added', run: summary });
  }
}
