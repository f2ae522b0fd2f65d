/** From the facts to the verdict: which paths work, and why others do not. Words come later. Pure. */
import type { Headline } from '../../../contract/basics.ts';
import { type CheckCause, type CheckCauseId, checkCauses } from '../../../contract/check-causes.ts';
import type { Words } from '../words/en.ts';
import type { CheckFacts } from './check-facts.ts';
import { findCauses } from './find-causes.ts';

export type VerdictCode = keyof Words['verdict']['sentences'];

export interface Verdict {
  readonly status: Headline['status'];
  readonly code: VerdictCode;
  readonly causes: readonly CheckCause[];
}

/** The check came to no end that it knows. */
export const giveUp: Verdict = {
  status: 'unknown',
  code: 'harness-fault',
  causes: [{ id: 'check-failed', urls: [] }],
};

const fatal: Partial<Record<CheckCauseId, readonly [Headline['status'], VerdictCode]>> = {
  'webrtc-missing': ['bad', 'browser-no-webrtc'],
  offline: ['bad', 'offline'],
  'captive-portal': ['unknown', 'service-unreachable'],
  'link-expired': ['unknown', 'service-unreachable'],
  'service-unreachable': ['unknown', 'service-unreachable'],
  'service-busy': ['unknown', 'service-busy'],
  'check-failed': ['unknown', 'harness-fault'],
  'websocket-blocked': ['bad', 'signal-failed'],
};

export function judge(facts: CheckFacts): Verdict {
  const causes = findCauses(facts);
  const direct = facts.direct?.succeeded === true;
  const relay = facts.relay?.succeeded === true;
  if (direct && relay)
    return { status: degraded(causes) ? 'limited' : 'good', code: 'direct-and-relay', causes };
  if (direct) {
    const limited = facts.hasRelay || degraded(causes);
    return { status: limited ? 'limited' : 'good', code: facts.hasRelay ? 'direct-only' : 'direct', causes };
  }
  if (relay) return { status: 'limited', code: 'relay-only', causes };
  // A fault of ours does not hide what the network or a server did.
  const weighty = causes.filter(({ id }) => !isAside(id));
  const explained = weighty.some(({ id }) => fatal[id] === undefined);
  const known = explained || weighty[0] === undefined ? undefined : fatal[weighty[0].id];
  if (known !== undefined) return { status: known[0], code: known[1], causes };
  return { status: 'bad', code: 'no-path', causes };
}

/** Worth knowing, but no reason why something fails. */
function isAside(id: CheckCauseId): boolean {
  return checkCauses[id] === 'none' || id === 'strict-nat' || id === 'no-relay' || id === 'page-hidden';
}

function degraded(causes: readonly CheckCause[]): boolean {
  return causes.some(({ id }) => id === 'packet-loss' || id === 'slow-path' || id === 'page-hidden');
}

/** The one that the verdict names: of what limits the visitor, not of what is merely worth knowing. */
export function mainCause({ status, causes }: Verdict): CheckCause | null {
  if (status === 'good') return null;
  const weighty = causes.filter(({ id }) => !isAside(id));
  return weighty.find(({ id }) => fatal[id] === undefined) ?? weighty[0] ?? causes[0] ?? null;
}
