import type { LoadStep } from '../../contract/load-report.ts';

/** What came back of a step, in the unit of the ladder: the rate that was offered, by the share that was answered. */
export function deliveredRate({
  offered,
  scheduled,
  arrivedBack,
}: Pick<LoadStep, 'offered' | 'scheduled' | 'arrivedBack'>): number {
  return scheduled === 0 ? 0 : (offered * arrivedBack) / scheduled;
}
