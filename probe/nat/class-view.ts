/** May two NATs be crossed directly, judged by their classes and by what else was measured of them? */
import type { Behaviour } from '../../contract/nat-report.ts';
import { type DirectView, type Named, nothingOpen, type Odds } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';
import { agreed, byClasses, type Decider, decidersOf, usual, type World, worldsOf } from './pair-worlds.ts';
import { poolView } from './pool-view.ts';

export function classView(ends: readonly [Named, Named]): DirectView {
  const [[, a], [, b]] = ends;
  const worlds = worldsOf(a, b);
  const always = agreed(worlds);
  if (always === true) return poolView(ends) ?? directByClass(ends);
  if (always === false) return relayByClass(ends, worlds);
  const verdicts = new Set(byClasses(worlds).map((alike) => agreed(usual(alike))));
  if (verdicts.size > 1) return classOpen(ends);
  return verdicts.has(false) ? relayByClass(ends, worlds) : sessionOrTable(ends, worlds);
}

function directByClass(ends: readonly Named[]): DirectView {
  return { ...nothingOpen, direct: 'yes', code: 'classes-direct', reason: whyDirect(ends) };
}

function whyDirect(ends: readonly Named[]): string {
  if (!ends.some(([, end]) => isDependent(end))) {
    return 'both ends keep one public endpoint for all peers, so that each can open its filter for the other';
  }
  const open = ends.find(([, end]) => isAlways(end.filtering, 'endpoint-independent'));
  if (open !== undefined) {
    return `${open[0]} lets in packets from anywhere, and learns from them where the other end is`;
  }
  const wide = ends.find(([, end]) => isDependent(end) && !end.filterScopes.includes('mapping'));
  if (wide !== undefined) {
    return `the filter of ${wide[0]} lets in whomever the host has sent to, through any of its public ports`;
  }
  return 'the filter of one end goes by address, so that the changing port of the other does not matter';
}

function relayByClass(ends: readonly Named[], worlds: readonly World[]): DirectView {
  const hard = ends.filter(([, end]) => isDependent(end)).map(([name]) => name);
  const reason =
    hard.length === 2
      ? 'both ends get another public port for every peer, which neither can tell the other beforehand'
      : `${hard[0] ?? 'one end'} gets another public port for every peer, and the other end lets in only ports that it has sent to`;
  return { direct: 'no', code: 'classes-relay', reason, ...openQuestions(ends, worlds) };
}

/** Only a NAT whose mapping depends on the peer can answer from another port than it was asked at. */
function sessionOrTable(ends: readonly Named[], worlds: readonly World[]): DirectView {
  const open = openQuestions(ends, worlds);
  const who = decidersOf(usual(worlds))
    .filter(({ what }) => what === 'engine')
    .map(({ end }) => end)
    .join(' and ');
  return {
    direct: 'depends',
    code: 'session-or-table',
    reason: `direct if the NAT of ${who} answers over the session that a check came in by (as conntrack does), not if it looks up its mapping table (RFC 4787 to the letter); mapping and filtering do not show which`,
    ...open,
  };
}

const deciderText = {
  engine: 'session or table NAT',
  scope: 'filter per mapping or per endpoint',
} as const satisfies Record<Decider['what'], string>;

/** What is still open, how likely a direct path is then, and how to find out. */
function openQuestions(
  ends: readonly Named[],
  worlds: readonly World[],
): Pick<DirectView, 'dependsOn' | 'odds' | 'settledBy' | 'notes'> {
  const deciders = decidersOf(worlds);
  if (deciders.length === 0) return { ...nothingOpen, notes: portPrediction(ends) };
  const who = [...new Set(deciders.map(({ end }) => end))].join(' and ');
  const notes = deciders.some(({ what }) => what === 'scope')
    ? [
        'Most filters remember peers per mapping, as conntrack does; those per endpoint are RFC 4787 to the letter.',
      ]
    : [];
  return {
    dependsOn: deciders.map(({ end, what }) => `${end}: ${deciderText[what]}`),
    odds: byClasses(worlds).length === 1 ? oddsOf(worlds, deciders.length) : null,
    settledBy: `Run polynya probe --pairs at ${who}: it finds out how the NAT answers and what its filter remembers.`,
    notes: [...notes, ...portPrediction(ends)],
  };
}

/** Nothing measured says how common each kind is, so each counts alike. */
function oddsOf(worlds: readonly World[], questions: number): Odds {
  const direct = worlds.filter((world) => world.direct).length / worlds.length;
  const kinds = 2 ** questions;
  return {
    direct,
    basis: `direct in ${Math.round(direct * kinds)} of the ${kinds} kinds of NAT that this may be, each counted alike`,
  };
}

/** Sequential ports can be guessed; what could do so is the application, and no browser does. */
function portPrediction(ends: readonly Named[]): string[] {
  const names = ends
    .filter(([, end]) => isDependent(end) && end.portAllocation === 'sequential')
    .map(([name]) => name);
  if (names.length !== 1) return [];
  return [
    `The NAT of ${names[0]} hands out its ports in sequence: an application that guesses the next one may connect directly. WebRTC does not guess.`,
  ];
}

function classOpen(ends: readonly Named[]): DirectView {
  const open = ends.flatMap(([name, end]) => openAxes(end).map((axis) => `${name}: ${axis}`));
  return {
    ...nothingOpen,
    direct: 'open',
    code: 'class-open',
    reason: `the reports leave ${open.join(', ')} open, and on it depends whether a direct path exists`,
    dependsOn: open,
    settledBy:
      'Probe again with an RFC 5780 server (polynya serve, or coturn with two addresses), so that mapping and filtering are known on both ends.',
  };
}

function openAxes(end: PairEnd): string[] {
  return [...(isKnown(end.mapping) ? [] : ['mapping']), ...(isKnown(end.filtering) ? [] : ['filtering'])];
}

const isKnown = (axis: readonly Behaviour[]) => axis.length === 1 && axis[0] !== 'inconclusive';
const isAlways = (axis: readonly Behaviour[], value: Behaviour) => axis.every((b) => b === value);

/** The public port differs from peer to peer. */
export function isDependent(end: PairEnd): boolean {
  return !end.mapping.some((m) => m === 'endpoint-independent' || m === 'inconclusive');
}
