/** Takes reports in: into the store, or, while that is away, onto the disk until it is back. */
import type { Envelope } from '../contract/envelope.ts';
import { defaultProject } from '../contract/projects.ts';
import type { RunSummary } from '../contract/runs.ts';
import { isStoreAway } from './fault.ts';
import type { LinkDesk } from './links/link-desk.ts';
import type { LiveHub } from './live/live-hub.ts';
import type { Metrics } from './metrics.ts';
import type { ProjectDesk } from './projects/project-desk.ts';
import type { Spooling } from './store/spool/spooling.ts';
import type { Store } from './store/store.ts';
import { inject } from './trace/trace-context.ts';
import type { OpenSpan, Tracing } from './trace/tracing.ts';

export interface ReportIntakeParts {
  readonly store: Pick<Store, 'addReport'>;
  /** Null: what the store refuses is refused. */
  readonly spooling: Spooling | null;
  readonly links: Pick<LinkDesk, 'claim'>;
  readonly projects: Pick<ProjectDesk, 'admit'>;
  readonly metrics: Metrics;
  readonly live: Pick<LiveHub, 'broadcast'>;
  readonly tracing: Tracing;
  readonly now: () => Date;
}

export interface Taken {
  readonly summary: RunSummary;
  readonly project: string;
}

export class ReportIntake {
  readonly #parts: ReportIntakeParts;

  constructor(parts: ReportIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the report is on the disk, of the store or of this host: its id and code hold in both cases.
   * @param requestId of the request that brought it; null: it is our own
   * @param project of a report that came by no link
   */
  take(report: Envelope, requestId: string | null = null, project: string = defaultProject): Promise<Taken> {
    const facts = { 'polynya.report.kind': report.kind };
    return this.#parts.tracing.span('take report', { facts }, (span) =>
      this.#take(report, { requestId, project }, span),
    );
  }

  async #take(
    report: Envelope,
    { requestId, project }: { readonly requestId: string | null; readonly project: string },
    span: OpenSpan,
  ): Promise<Taken> {
    const { store, spooling, links, projects, metrics, tracing, now } = this.#parts;
    try {
      const claimed = await links.claim(report, project);
      // What the service itself or its agents have measured is no guest.
      if (requestId !== null) await projects.admit(claimed.project);
      const stored = store.addReport(claimed.report, now(), null, claimed.project);
      const { summary, added } = await metrics.writing(stored);
      this.tell(claimed.report, summary, added, claimed.project);
      return { summary, project: claimed.project };
    } catch (error) {
      if (spooling === null || !isStoreAway(error)) throw error;
      span.set({ 'polynya.report.spooled': true });
      const { traceparent = null } = inject(tracing.current());
      return { summary: await spooling.keep(report, { requestId, traceparent, project }), project };
    }
  }

  /** It is in the store now: counts it and tells the dashboards, once. */
  tell(report: Envelope, summary: RunSummary, added: boolean, project: string): void {
    if (!added) return;
    this.#parts.metrics.runStored(report);
    this.#parts.live.broadcast({ type: 'run-added', run: summary }, project);
  }
}
