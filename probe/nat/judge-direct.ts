/** May two hosts connect without a relay? Judged from their reports, special situations first, then by class. */
import { classView } from './class-view.ts';
import { type DirectView, type Named, nothingOpen } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';
import { sameNatView } from './same-nat-view.ts';

export function judgeDirect(ends: readonly [Named, Named], relayOnly: boolean): DirectView {
  return cannotJudge(ends) ?? cannotBe(ends, relayOnly) ?? otherFamily(ends) ?? sameFamily(ends);
}

function namesOf(ends: readonly Named[], test: (end: PairEnd) => boolean): string[] {
  return ends.filter(([, end]) => test(end)).map(([name]) => name);
}

function cannotJudge(ends: readonly Named[]): DirectView | null {
  const inside = namesOf(ends, (end) => end.scope !== 'internet');
  if (inside.length === 0) return null;
  return {
    ...nothingOpen,
    direct: 'open',
    code: 'measured-inside',
    reason: `the servers in the report of ${inside.join(' and ')} are on its own machine or site, so its way to the internet was not measured`,
    dependsOn: inside.map((name) => `${name}: NAT towards the internet`),
    settledBy: 'Probe a server on the internet from there.',
  };
}

function cannotBe(ends: readonly Named[], relayOnly: boolean): DirectView | null {
  const no = (code: string, reason: string): DirectView => ({ ...nothingOpen, direct: 'no', code, reason });
  if (relayOnly) return no('relay-only', 'the application allows relayed paths only');
  const blocked = namesOf(ends, (end) => end.udp === 'blocked');
  if (blocked.length > 0) {
    return no('udp-blocked', `UDP is blocked at ${blocked.join(' and ')}, so no direct path exists`);
  }
  const untested = namesOf(ends, (end) => end.udp !== 'open');
  if (untested.length === 0) return null;
  return {
    ...nothingOpen,
    direct: 'open',
    code: 'udp-unknown',
    reason: `it is not known whether UDP works at ${untested.join(' and ')}`,
    dependsOn: untested.map((name) => `${name}: UDP`),
    settledBy: 'Probe a STUN server over UDP that is known to run.',
  };
}

function otherFamily([[nameA, a], [nameB, b]]: readonly [Named, Named]): DirectView | null {
  if (a.family === null || b.family === null || a.family === b.family) return null;
  const reason = `the report of ${nameA} is about ${familyText(a)} and that of ${nameB} about ${familyText(b)}`;
  const common = a.families.filter((family) => b.families.includes(family));
  if (common.length === 0) {
    return {
      ...nothingOpen,
      direct: 'no',
      code: 'no-common-family',
      reason: `${nameA} has ${familyText(a)} only and ${nameB} ${familyText(b)} only, so that only a relay with both can join them`,
      notes: ['A host with IPv6 only may reach IPv4 through NAT64, which the report does not show.'],
    };
  }
  if (!common.includes('ipv6')) {
    return {
      ...nothingOpen,
      direct: 'open',
      code: 'families-differ',
      reason: `${reason}, and IPv4, which both have, was measured at one end only`,
      dependsOn: ['NAT behaviour in a common address family'],
      settledBy: 'Probe both hosts with servers of the same address family (--bind with an address of it).',
    };
  }
  return {
    ...nothingOpen,
    direct: 'depends',
    code: 'families-differ-ipv6',
    // Two stateful firewalls without translation are EI/APD × EI/APD: direct.
    reason: `${reason}, but both have a global IPv6 address: direct over IPv6 if UDP passes there, as no address is translated`,
    dependsOn: ['UDP over IPv6'],
    settledBy: 'Probe both hosts with an IPv6 server.',
  };
}

const familyText = (end: PairEnd) => (end.family === 'ipv6' ? 'IPv6' : 'IPv4');

function sameFamily(ends: readonly [Named, Named]): DirectView {
  const view = withIpv6Note(ends, classView(ends));
  return sameNatView(ends, view) ?? view;
}

function withIpv6Note([[, a], [, b]]: readonly [Named, Named], view: DirectView): DirectView {
  if (a.family === 'ipv6' || ![a, b].every(({ families }) => families.includes('ipv6'))) return view;
  const note =
    'Both ends have a global IPv6 address: ICE tries it first, and without translation it usually connects.';
  return { ...view, notes: [...view.notes, note] };
}
