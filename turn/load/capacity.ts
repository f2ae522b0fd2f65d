/** What a verdict means for whoever runs the server. */
import type { LoadCapacity } from '../../contract/load-capacity.ts';
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadRun, LoadVerdict } from '../../contract/load-report.ts';
import { callsOf } from './calls.ts';
import { firstLimit } from './first-limit.ts';

/** Null: the verdict says nothing about the server. */
export function capacityOf(
  profile: LoadProfile,
  verdict: LoadVerdict,
  runs: readonly LoadRun[],
): LoadCapacity | null {
  const { kind } = verdict;
  if (kind !== 'capacity' && kind !== 'at-least' && kind !== 'below-ladder') return null;
  return { ...callsOf(profile, verdict), firstLimit: firstLimit(runs) };
}
