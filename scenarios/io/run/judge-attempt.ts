/** What came of an attempt, from what its ends have said. */
import { rungs } from '../../../contract/basics.ts';
import { failure } from '../../../contract/failures.ts';
import type { LabAttempt } from '../../../contract/lab-report.ts';
import type { Course, Ended } from './attempt-course.ts';
import type { LabAgent } from './lab-agent.ts';

/** @param areBothAsked each end tells what it got of the other's media */
export function judgeAttempt(
  said: readonly (Ended | null)[],
  course: Course,
  { agents, areBothAsked }: { readonly agents: readonly LabAgent[]; readonly areBothAsked: boolean },
): LabAttempt {
  const [offering = null] = said;
  const base = {
    rung: course.rungs[0],
    milestones: course.milestones,
    selected: offering?.selected ?? null,
    candidates: course.candidates,
    checks: said.flatMap((ended) => (ended === null ? [] : [ended.checks])),
    relayed: offering?.relayed ?? null,
  };
  const of = (outcome: Ended['outcome']) => said.find((ended) => ended?.outcome === outcome) ?? null;
  const isConnected = areBothAsked
    ? said.every((ended) => ended?.outcome === 'connected')
    : of('connected') !== null;
  if (isConnected) return { ...base, outcome: 'connected', failure: null };
  const fault = of('fault');
  const failed = said.find((ended) => ended?.outcome === 'failed' && ended.conclusive) ?? null;
  // Where ICE stands at both ends it is DTLS that does not come up, which no NAT is to blame for; where it stands at one
  // end only there is no way that both agree on (RFC 8445 §8.1.1: the controlling end nominates).
  const stood = course.rungs.every((rung) => rungs.indexOf(rung) >= rungs.indexOf('S2'));
  if (fault === null && (failed !== null || !(said.includes(null) || stood))) {
    const { code, detail } = failed ?? of('failed') ?? { code: null, detail: '' };
    return { ...base, outcome: 'failed', failure: failure(code ?? 'ice-failed', detail) };
  }
  const ends = agents.map(({ complaints }, index) =>
    [said[index] === null ? 'silent' : 'gave up', `at ${course.rungs[index]}`, complaints].join(' ').trim(),
  );
  const why = fault?.detail ?? `no outcome in time: ${ends.join(', ')}`;
  return {
    ...base,
    outcome: 'fault',
    failure: failure(fault?.code ?? (stood ? 'dtls-failed' : 'harness-fault'), why.trim().slice(0, 500)),
  };
}
