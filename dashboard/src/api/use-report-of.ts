import type { Envelope, EnvelopeKind, EnvelopeOf } from '../../../contract/envelope.ts';
import { useRun } from './use-run.ts';

/**
 * Another stored report, to compare with. `undefined`: not there yet; null: gone, or of another kind.
 * @param id undefined: nothing is asked for
 */
export function useReportOf<K extends EnvelopeKind>(
  kind: K,
  id: string | undefined,
): EnvelopeOf<K> | null | undefined {
  const { data, error } = useRun(id);
  const isWanted = (report: Envelope): report is EnvelopeOf<K> => report.kind === kind;
  if (error !== null) return null;
  if (data === undefined) return undefined;
  return isWanted(data.report) ? data.report : null;
}
