import { failure } from '../../contract/failures.ts';
import type { LabAttempt, LabMilestones } from '../../contract/lab-report.ts';
import type { LabPath } from '../../contract/scenario.ts';

export const noMilestones: LabMilestones = {
  candidateMs: null,
  iceMs: null,
  dtlsMs: null,
  echoMs: null,
  packetMs: null,
  frameMs: null,
  stableMs: null,
};

/** What an attempt may have to tell and this one has not. */
export const nothing = { selected: null, checks: [], relayed: null, failure: null };

/** Every check was in vain. */
export function failedAttempt(): LabAttempt {
  return {
    ...nothing,
    milestones: noMilestones,
    outcome: 'failed',
    rung: 'S1',
    failure: failure('ice-failed'),
  };
}

/** A relayed path for which the application names no server: its client never gets a candidate for it. */
export function notNamed(path: LabPath): LabAttempt {
  const transport = path.replace('relay-', '').toUpperCase();
  const why = `the ICE servers name no TURN server over ${transport}`;
  return { ...failedAttempt(), rung: 'S0', failure: failure('ice-no-candidates', why) };
}
