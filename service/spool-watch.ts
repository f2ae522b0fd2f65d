/** What the app does when the store goes away and when it is back: log, metrics, dashboards. */
import type { FastifyBaseLogger } from 'fastify';
import type { LiveHub } from './live/live-hub.ts';
import type { Metrics } from './metrics.ts';
import type { ReportIntake } from './report-intake.ts';
import type { Spooling } from './store/spool/spooling.ts';
import { extract } from './trace/trace-context.ts';
import type { Tracing } from './trace/tracing.ts';

export interface SpoolWatchParts {
  readonly spooling: Spooling;
  readonly intake: ReportIntake;
  readonly metrics: Metrics;
  readonly live: Pick<LiveHub, 'broadcast'>;
  readonly tracing: Tracing;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error' | 'debug'>;
}

export function watchSpool({ spooling, intake, metrics, live, tracing, log }: SpoolWatchParts): void {
  const counts = metrics.watchSpool(() => ({ ...spooling.state(), limitBytes: spooling.limitBytes }));
  let stored = 0;
  spooling.attend({
    kept: () => counts.kept.inc(),
    storing: (origin, store) => tracing.span('store report that waited', { parent: extract(origin) }, store),
    stored: (report, summary, added, { requestId, project }) => {
      counts.stored.inc();
      intake.tell(report, summary, added, project);
      log.debug({ requestId, run: summary.id, added }, 'a report that waited is stored');
      stored += 1;
      if (spooling.state().reports > 0) return;
      log.info({ reports: stored }, 'no report waits for the store any more');
      stored = 0;
    },
    changed: (away) => {
      if (away !== null) {
        const { failure, since } = away;
        log.error({ failure, since }, 'the store is away: reports are kept on the disk until it is back');
      } else log.warn({ waiting: spooling.state().reports }, 'the store is back');
      live.broadcast({ type: 'store-changed' });
    },
    failed: (error) => log.error({ err: error }, 'reports that wait could not be read'),
  });
}
