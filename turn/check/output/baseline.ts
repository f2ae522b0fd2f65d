import type { TurnReportBody } from '../../../contract/turn-report.ts';

/** Failed checks that had not failed in the baseline. */
export function newFailures(
  now: Pick<TurnReportBody, 'checks'>,
  baseline: Pick<TurnReportBody, 'checks'> | null,
): string[] {
  const known = new Set(
    (baseline?.checks ?? []).filter(({ status }) => status === 'failed').map(({ id }) => id),
  );
  return now.checks.filter(({ status, id }) => status === 'failed' && !known.has(id)).map(({ id }) => id);
}
