/** May two NATs be crossed directly, judged by their classes and by what else was measured of them? */
import type { Behaviour } from '../../contract/nat-report.ts';
import type { PairWords } from '../report/words/pairs/pair-words.ts';
import { type DirectView, type Named, nothingOpen, type Odds, type PairContext } from './direct-view.ts';
import type { PairEnd } from './pair-end.ts';
import { agreed, byClasses, decidersOf, usual, type World, worldsOf } from './pair-worlds.ts';
import { poolView } from './pool-view.ts';

export function classView(context: PairContext): DirectView {
  const [[, a], [, b]] = context.ends;
  const worlds = worldsOf(a, b);
  const always = agreed(worlds);
  if (always === true) return poolView(context) ?? directByClass(context);
  if (always === false) return relayByClass(context, worlds);
  const verdicts = new Set(byClasses(worlds).map((alike) => agreed(usual(alike))));
  if (verdicts.size > 1) return classOpen(context);
  return verdicts.has(false) ? relayByClass(context, worlds) : sessionOrTable(context, worlds);
}

function directByClass({ ends, words }: PairContext): DirectView {
  return { ...nothingOpen, direct: 'yes', code: 'classes-direct', reason: whyDirect(ends, words.reasons) };
}

function whyDirect(ends: readonly Named[], reasons: PairWords['reasons']): string {
  if (!ends.some(([, end]) => isDependent(end))) return reasons.oneEndpointEach;
  const open = ends.find(([, end]) => isAlways(end.filtering, 'endpoint-independent'));
  if (open !== undefined) return reasons.letsAllIn(open[0]);
  const wide = ends.find(([, end]) => isDependent(end) && !end.filterScopes.includes('mapping'));
  return wide === undefined ? reasons.filterByAddress : reasons.filterPerEndpoint(wide[0]);
}

function relayByClass(context: PairContext, worlds: readonly World[]): DirectView {
  const { ends, words } = context;
  const [hard, another] = ends.filter(([, end]) => isDependent(end));
  const reason =
    hard === undefined || another !== undefined
      ? words.reasons.bothDependent
      : words.reasons.oneDependent(hard[0]);
  return { direct: 'no', code: 'classes-relay', reason, ...openQuestions(context, worlds) };
}

/** Only a NAT whose mapping depends on the peer can answer from another port than it was asked at. */
function sessionOrTable(context: PairContext, worlds: readonly World[]): DirectView {
  const name = namesIn(context.ends);
  const who = decidersOf(usual(worlds)).flatMap(({ end, what }) => (what === 'engine' ? [name[end]] : []));
  return {
    direct: 'depends',
    code: 'session-or-table',
    reason: context.words.reasons.sessionOrTable(who),
    ...openQuestions(context, worlds),
  };
}

function namesIn([[nameA], [nameB]]: PairContext['ends']): Readonly<Record<'A' | 'B', string>> {
  return { A: nameA, B: nameB };
}

/** What is still open, how likely a direct path is then, and how to find out. */
function openQuestions(
  { ends, words }: PairContext,
  worlds: readonly World[],
): Pick<DirectView, 'dependsOn' | 'odds' | 'settledBy' | 'notes'> {
  const deciders = decidersOf(worlds);
  const name = namesIn(ends);
  const sequence = portPrediction(ends, words);
  if (deciders.length === 0) return { ...nothingOpen, notes: sequence };
  const who = [...new Set(deciders.map(({ end }) => name[end]))];
  const perMapping = deciders.some(({ what }) => what === 'scope') ? [words.notes.perMapping] : [];
  return {
    dependsOn: deciders.map(({ end, what }) => words.dependsOn[what](name[end])),
    odds: byClasses(worlds).length === 1 ? oddsOf(worlds, deciders.length, words) : null,
    settledBy: words.settledBy.pairTest(who),
    notes: [...perMapping, ...sequence],
  };
}

/** Nothing measured says how common each kind is, so each counts alike. */
function oddsOf(worlds: readonly World[], questions: number, words: PairWords): Odds {
  const direct = worlds.filter((world) => world.direct).length / worlds.length;
  const kinds = 2 ** questions;
  return { direct, basis: words.odds.kinds(Math.round(direct * kinds), kinds) };
}

/** Sequential ports can be guessed; what could do so is the application, and no browser does. */
function portPrediction(ends: readonly Named[], { notes }: PairWords): string[] {
  const guessed = ends.filter(([, end]) => isDependent(end) && end.portAllocation === 'sequential');
  const [only, another] = guessed;
  return only === undefined || another !== undefined ? [] : [notes.sequential(only[0])];
}

function classOpen({ ends, words }: PairContext): DirectView {
  const open = ends.flatMap(([name, end]) => openAxes(end).map((axis) => words.dependsOn.axis(name, axis)));
  return {
    ...nothingOpen,
    direct: 'open',
    code: 'class-open',
    reason: words.reasons.classOpen(open),
    dependsOn: open,
    settledBy: words.settledBy.rfc5780,
  };
}

function openAxes(end: PairEnd): ('mapping' | 'filtering')[] {
  return (['mapping', 'filtering'] as const).filter((axis) => !isKnown(end[axis]));
}

const isKnown = (axis: readonly Behaviour[]) => axis.length === 1 && axis[0] !== 'inconclusive';
const isAlways = (axis: readonly Behaviour[], value: Behaviour) => axis.every((b) => b === value);

/** The public port differs from peer to peer. */
function isDependent(end: PairEnd): boolean {
  return !end.mapping.some((m) => m === 'endpoint-independent' || m === 'inconclusive');
}
