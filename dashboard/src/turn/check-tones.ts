import type { TurnCheck } from '../../../contract/turn-report.ts';
import type { Tone } from '../panels/tone.ts';

export const checkTones: Readonly<Record<TurnCheck['status'], Tone>> = {
  failed: 'bad',
  warned: 'limited',
  skipped: 'unknown',
  passed: 'good',
};

/** What has to be mended; the report has the worst first. */
export function faultsOf(checks: readonly TurnCheck[]): TurnCheck[] {
  return checks.filter(({ status }) => status === 'failed' || status === 'warned');
}
