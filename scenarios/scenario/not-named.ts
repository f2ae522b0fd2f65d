import { failure } from '../../contract/failures.ts';
import type { LabAttempt } from '../../contract/lab-report.ts';
import type { LabPath } from '../../contract/scenario.ts';

/** A relayed path for which the application names no server: its client never gets a candidate for it. */
export function notNamed(path: LabPath): LabAttempt {
  const transport = path.replace('relay-', '').toUpperCase();
  return {
    outcome: 'failed',
    rung: 'S0',
    milestones: { candidateMs: null, iceMs: null, dtlsMs: null, echoMs: null },
    selected: null,
    checks: [],
    relayed: null,
    failure: failure('ice-no-candidates', `the ICE servers name no TURN server over ${transport}`),
  };
}
