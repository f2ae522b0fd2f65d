import { Counter, type Registry } from 'prom-client';
import { readGauge } from '../turn/io/read-metrics.ts';
import type { SpoolState } from './store/spool/spool.ts';

export interface SpoolCounts {
  readonly kept: Pick<Counter, 'inc'>;
  readonly stored: Pick<Counter, 'inc'>;
}

/** Only with PostgreSQL. @param read asked whenever the metrics are read */
export function spoolMetrics(
  registry: Registry,
  read: () => SpoolState & { readonly limitBytes: number },
): SpoolCounts {
  const registers = [registry];
  const gauge = (name: string, help: string, of: (state: ReturnType<typeof read>) => number): void =>
    readGauge(registry, name, help, () => of(read()));
  gauge('polynya_spool_reports', 'Reports that wait on the disk for PostgreSQL.', ({ reports }) => reports);
  gauge('polynya_spool_bytes', 'What lies in the spool, what was set aside included.', ({ bytes }) => bytes);
  gauge(
    'polynya_spool_limit_bytes',
    'What may lie in the spool (spool.bytes).',
    ({ limitBytes }) => limitBytes,
  );
  gauge(
    'polynya_spool_oldest_age_seconds',
    'How long the oldest report waits; 0: none does.',
    ({ oldestAt }) => (oldestAt === null ? 0 : Math.max(0, (Date.now() - oldestAt.getTime()) / 1000)),
  );
  gauge(
    'polynya_spool_set_aside',
    'Reports that cannot be stored and were set aside.',
    ({ setAside }) => setAside,
  );
  return {
    kept: new Counter({
      name: 'polynya_spool_kept_total',
      help: 'Reports acknowledged while PostgreSQL was away.',
      registers,
    }),
    stored: new Counter({
      name: 'polynya_spool_stored_total',
      help: 'Reports taken from the spool into PostgreSQL.',
      registers,
    }),
  };
}
