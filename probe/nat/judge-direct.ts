/** May two hosts connect without a relay? Judged from their reports, special situations first, then by class. */
import { classView } from './class-view.ts';
import { type DirectView, type Named, nothingOpen, type PairContext } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';
import { sameNatView } from './same-nat-view.ts';

export function judgeDirect(context: PairContext, relayOnly: boolean): DirectView {
  return cannotJudge(context) ?? cannotBe(context, relayOnly) ?? otherFamily(context) ?? sameFamily(context);
}

function namesOf(ends: readonly Named[], test: (end: PairEnd) => boolean): string[] {
  return ends.filter(([, end]) => test(end)).map(([name]) => name);
}

function cannotJudge({ ends, words }: PairContext): DirectView | null {
  const inside = namesOf(ends, (end) => end.scope !== 'internet');
  if (inside.length === 0) return null;
  return {
    ...nothingOpen,
    direct: 'open',
    code: 'measured-inside',
    reason: words.reasons.measuredInside(inside),
    dependsOn: inside.map(words.dependsOn.natToInternet),
    settledBy: words.settledBy.internet,
  };
}

function cannotBe({ ends, words }: PairContext, relayOnly: boolean): DirectView | null {
  const { reasons, dependsOn, settledBy } = words;
  const no = (code: string, reason: string): DirectView => ({ ...nothingOpen, direct: 'no', code, reason });
  if (relayOnly) return no('relay-only', reasons.relayOnly);
  const blocked = namesOf(ends, (end) => end.udp === 'blocked');
  if (blocked.length > 0) return no('udp-blocked', reasons.udpBlocked(blocked));
  const untested = namesOf(ends, (end) => end.udp !== 'open');
  if (untested.length === 0) return null;
  return {
    ...nothingOpen,
    direct: 'open',
    code: 'udp-unknown',
    reason: reasons.udpUnknown(untested),
    dependsOn: untested.map(dependsOn.udp),
    settledBy: settledBy.udpServer,
  };
}

function otherFamily({ ends, words }: PairContext): DirectView | null {
  const [[nameA, a], [nameB, b]] = ends;
  if (a.family === null || b.family === null || a.family === b.family) return null;
  const { reasons, dependsOn, settledBy, notes } = words;
  const named = { nameA, familyA: a.family, nameB, familyB: b.family };
  const common = a.families.filter((family) => b.families.includes(family));
  if (common.length === 0) {
    const reason = reasons.noCommonFamily(named);
    return { ...nothingOpen, direct: 'no', code: 'no-common-family', reason, notes: [notes.nat64] };
  }
  if (!common.includes('ipv6')) {
    return {
      ...nothingOpen,
      direct: 'open',
      code: 'families-differ',
      reason: reasons.familiesDiffer(named),
      dependsOn: [dependsOn.commonFamily],
      settledBy: settledBy.sameFamily,
    };
  }
  return {
    ...nothingOpen,
    direct: 'depends',
    code: 'families-differ-ipv6',
    // Two stateful firewalls without translation are EI/APD × EI/APD: direct.
    reason: reasons.familiesDifferIpv6(named),
    dependsOn: [dependsOn.udpOverIpv6],
    settledBy: settledBy.ipv6Server,
  };
}

function sameFamily(context: PairContext): DirectView {
  const view = withIpv6Note(context, classView(context));
  return sameNatView(context, view) ?? view;
}

function withIpv6Note({ ends, words }: PairContext, view: DirectView): DirectView {
  const [[, a], [, b]] = ends;
  if (a.family === 'ipv6' || ![a, b].every(({ families }) => families.includes('ipv6'))) return view;
  return { ...view, notes: [...view.notes, words.notes.ipv6First] };
}
