/** May two hosts connect without a relay? Judged from their reports, special situations first, then by class. */
import type { Behaviour } from '../../contract/nat-report.ts';
import type { PairEnd } from './pair-end.ts';
import { type NatClass, type PairModels, pairModels } from './pair-matrices.ts';

export interface Odds {
  /** Probability of a direct connection, 0–1. */
  readonly direct: number;
  /** What the figure stands on. */
  readonly basis: string;
}

export interface DirectView {
  /** `open`: a report leaves open what it could have settled. */
  readonly direct: 'yes' | 'no' | 'depends' | 'open';
  readonly code: string;
  /** A sentence without its full stop. */
  readonly reason: string;
  readonly dependsOn: readonly string[];
  readonly odds: Odds | null;
  readonly settledBy: string | null;
  readonly notes: readonly string[];
}

const nothing = { dependsOn: [], odds: null, settledBy: null, notes: [] } as const;

type Named = readonly [name: 'A' | 'B', end: PairEnd];

const rfc5780 =
  'Probe again with an RFC 5780 server (polynya serve, or coturn with two addresses), so that mapping and filtering are known on both ends.';

export function directView(a: PairEnd, b: PairEnd): DirectView {
  const ends: readonly Named[] = [
    ['A', a],
    ['B', b],
  ];
  const names = (test: (end: PairEnd) => boolean) =>
    ends.filter(([, end]) => test(end)).map(([name]) => name);
  const inside = names((end) => end.scope !== 'internet');
  if (inside.length > 0) {
    return {
      ...nothing,
      direct: 'open',
      code: 'measured-inside',
      reason: `the servers in the report of ${inside.join(' and ')} are on its own machine or site, so its way to the internet was not measured`,
      dependsOn: inside.map((name) => `${name}: NAT towards the internet`),
      settledBy: 'Probe a server on the internet from there.',
    };
  }
  const blocked = names((end) => end.udp === 'blocked');
  if (blocked.length > 0) {
    const reason = `UDP is blocked at ${blocked.join(' and ')}, so no direct path exists`;
    return { ...nothing, direct: 'no', code: 'udp-blocked', reason };
  }
  const untested = names((end) => end.udp !== 'open');
  if (untested.length > 0) {
    return {
      ...nothing,
      direct: 'open',
      code: 'udp-unknown',
      reason: `it is not known whether UDP works at ${untested.join(' and ')}`,
      dependsOn: untested.map((name) => `${name}: UDP`),
      settledBy: 'Probe a STUN server over UDP that is known to run.',
    };
  }
  if (a.family !== null && b.family !== null && a.family !== b.family) return otherFamily(a, b);
  const byClass = classView(a, b, ends);
  const view = withIpv6Note(a, b, byClass);
  const shared = a.publicAddresses.find((address) => b.publicAddresses.includes(address));
  return shared !== undefined && (a.behindNat !== false || b.behindNat !== false)
    ? sameNat(a, b, shared, view)
    : view;
}

function otherFamily(a: PairEnd, b: PairEnd): DirectView {
  const reason = `the report of A is about ${familyText(a)} and that of B about ${familyText(b)}`;
  if (!a.globalIpv6 || !b.globalIpv6) {
    return {
      ...nothing,
      direct: 'open',
      code: 'families-differ',
      reason: `${reason}, and they have no measured family in common`,
      dependsOn: ['NAT behaviour in a common address family'],
      settledBy: 'Probe both hosts with servers of the same address family (--bind with an address of it).',
    };
  }
  return {
    ...nothing,
    direct: 'depends',
    code: 'families-differ-ipv6',
    reason: `${reason}, but both have a global IPv6 address: direct over IPv6, unless a firewall drops what it did not ask for on both ends`,
    dependsOn: ['IPv6 firewalls'],
    settledBy: 'Probe both hosts with an IPv6 server.',
  };
}

const familyText = (end: PairEnd) => (end.family === 'ipv6' ? 'IPv6' : 'IPv4');

function withIpv6Note(a: PairEnd, b: PairEnd, view: DirectView): DirectView {
  if (!a.globalIpv6 || !b.globalIpv6 || a.family === 'ipv6') return view;
  // Two stateful firewalls without translation are EI/APD × EI/APD: direct.
  const note =
    'Both ends have a global IPv6 address: ICE tries it first, and without translation it usually connects.';
  return { ...view, notes: [...view.notes, note] };
}

/** Behind one NAT, packets to the own public address turn around at the router, if it lets them (RFC 4787 §6). */
function sameNat(a: PairEnd, b: PairEnd, address: string, byClass: DirectView): DirectView {
  const notes = [
    ...byClass.notes,
    ...(a.localAddress !== null && a.localAddress === b.localAddress
      ? ['Both reports also name the same local address: they may come from one host.']
      : []),
  ];
  const hairpin = a.hairpin === 'yes' || b.hairpin === 'yes' ? 'yes' : a.hairpin === 'no' ? 'no' : b.hairpin;
  const reason = `both ends have the public address ${address}, so they are behind the same NAT`;
  if (hairpin === 'yes' && byClass.direct === 'yes') {
    return {
      ...byClass,
      code: 'same-nat-hairpin',
      reason: `${reason}, which turns packets between them around (hairpinning)`,
      notes,
    };
  }
  const locals = `their local addresses (${a.localAddress ?? 'A'}, ${b.localAddress ?? 'B'}) reach each other`;
  const how =
    hairpin === 'no'
      ? `direct only if ${locals}, as the NAT does not turn packets around (hairpinning)`
      : `direct if ${locals}, or if the NAT turns packets around (hairpinning)`;
  return {
    direct: 'depends',
    code: 'same-nat',
    reason: `${reason}: ${how}`,
    dependsOn: ['route between the local addresses', ...(hairpin === 'no' ? [] : ['hairpinning'])],
    odds: null,
    settledBy:
      'Ping the local address of one host from the other; if that fails, test hairpinning on their router.',
    notes,
  };
}

function combinations(end: PairEnd): NatClass[] {
  return end.mapping.flatMap((mapping) => end.filtering.map((filtering) => ({ mapping, filtering })));
}

function classView(a: PairEnd, b: PairEnd, ends: readonly Named[]): DirectView {
  const models = combinations(a).flatMap((x) => combinations(b).flatMap((y) => pairModels(x, y)));
  const always = models.every((m) => m.session && m.table);
  const never = models.every((m) => !m.session && !m.table);
  const agreed = models.every((m) => m.session === models[0]?.session && m.table === models[0]?.table);
  if (always) return poolView(ends) ?? directByClass(ends);
  if (never) return relayByClass(ends, models);
  if (agreed) return sessionOrTable(ends);
  const open = ends.flatMap(([name, end]) => openAxes(end).map((axis) => `${name}: ${axis}`));
  return {
    ...nothing,
    direct: 'open',
    code: 'class-open',
    reason: `the reports leave ${open.join(', ')} open, and on it depends whether a direct path exists`,
    dependsOn: open,
    settledBy: rfc5780,
  };
}

function openAxes(end: PairEnd): string[] {
  return [...(isKnown(end.mapping) ? [] : ['mapping']), ...(isKnown(end.filtering) ? [] : ['filtering'])];
}

const isKnown = (axis: readonly Behaviour[]) => axis.length === 1 && axis[0] !== 'inconclusive';
const isAlways = (axis: readonly Behaviour[], value: Behaviour) => axis.every((b) => b === value);
/** The public port differs from peer to peer. */
const isDependent = (end: PairEnd) =>
  !end.mapping.some((m) => m === 'endpoint-independent' || m === 'inconclusive');

function directByClass(ends: readonly Named[]): DirectView {
  const easy = ends.find(([, end]) => isAlways(end.filtering, 'endpoint-independent'));
  const dependent = ends.filter(([, end]) => isDependent(end));
  const reason =
    dependent.length === 0
      ? 'both ends keep one public endpoint for all peers, so that each can open its filter for the other'
      : easy !== undefined
        ? `${easy[0]} lets in packets from anywhere, and learns from them where the other end is`
        : 'the filter of one end goes by address, so that the changing port of the other does not matter';
  return { ...nothing, direct: 'yes', code: 'classes-direct', reason };
}

function relayByClass(ends: readonly Named[], models: readonly PairModels[]): DirectView {
  const hard = ends.filter(([, end]) => isDependent(end)).map(([name]) => name);
  const reason =
    hard.length === 2
      ? 'both ends get another public port for every peer, which neither can tell the other beforehand'
      : `${hard[0] ?? 'one end'} gets another public port for every peer, and the other end lets in only ports that it has sent to`;
  const perEndpoint = models.some((m) => m.sessionPerEndpoint || m.tablePerEndpoint);
  return {
    ...nothing,
    direct: 'no',
    code: 'classes-relay',
    reason,
    dependsOn: perEndpoint ? ['filter scope'] : [],
    settledBy: perEndpoint
      ? 'From one socket contact a second server, then let it send to the public port that the first one saw: if that comes in, the filter is per internal endpoint.'
      : null,
    notes: perEndpoint
      ? [
          'Holds for filters that remember peers per mapping, as conntrack does; filters per internal endpoint (RFC 4787 to the letter) can let this pair connect directly.',
        ]
      : [],
  };
}

/** Only a NAT whose mapping depends on the peer can answer from another port than it was asked at. */
function sessionOrTable(ends: readonly Named[]): DirectView {
  const hard = ends.filter(([, end]) => isDependent(end)).map(([name]) => name);
  const who = hard.join(' and ');
  return {
    ...nothing,
    direct: 'depends',
    code: 'session-or-table',
    reason: `direct if the NAT of ${who} answers over the session that a check came in by (as conntrack does), not if it looks up its mapping table (RFC 4787 to the letter); STUN tests cannot see which`,
    dependsOn: hard.map((name) => `${name}: session or table NAT`),
    settledBy: `At ${who}: let a second server send to the public port that the first one saw, and watch where the answer leaves: from the same port (session), or from another (table).`,
  };
}

/** Arbitrary pooling (RFC 4787 §4.1): the mapping for the peer may have another address than the one signalled. */
function poolView(ends: readonly Named[]): DirectView | null {
  for (const [name, end] of ends) {
    const other = ends.find(([otherName]) => otherName !== name);
    if (other === undefined || end.ipPooling !== 'arbitrary' || !isDependent(end)) continue;
    if (isAlways(end.filtering, 'endpoint-independent')) continue;
    if (isAlways(other[1].filtering, 'endpoint-independent')) continue;
    const pool = end.publicAddresses.length;
    return {
      ...nothing,
      direct: 'depends',
      code: 'address-pool',
      reason: `the NAT of ${name} takes a public address from a pool of at least ${pool} for every peer, and ${other[0]} lets in only the one that was signalled`,
      dependsOn: [`${name}: address that the pool gives`],
      odds:
        pool > 1
          ? {
              direct: 1 / pool,
              basis: `one address signalled, ${pool} seen and taken evenly; a larger pool makes it less likely`,
            }
          : null,
      settledBy: `Turn on paired pooling in the NAT of ${name} (RFC 4787 REQ-2); until then it is chance.`,
    };
  }
  return null;
}
