import type { ProbeRequest, ProbeTest } from '../../contract/api.ts';
import type { BehaviourRequest } from '../../probe/nat/behaviours.ts';
import { idleTimesUpTo } from '../../probe/nat/lifetime-plan.ts';
import type { PathRequest } from '../../probe/path/path-plan.ts';

export type WantedTests = BehaviourRequest & PathRequest;

/** What the probe is asked for besides its usual tests. */
export function wantedTests({ tests = [], lifetimeSec }: Omit<ProbeRequest, 'servers'>): WantedTests {
  const wanted: Partial<Record<ProbeTest, true>> = Object.fromEntries(tests.map((test) => [test, true]));
  return { ...wanted, ...(lifetimeSec !== undefined && { lifetimeSec: idleTimesUpTo(lifetimeSec) }) };
}

/** How long a probe may take with them before it is stopped; all deadlines inside it are far shorter. */
export function longestProbeMs({ lifetimeSec = [] }: WantedTests): number {
  return 120_000 + 1_000 * Math.max(0, ...lifetimeSec);
}
