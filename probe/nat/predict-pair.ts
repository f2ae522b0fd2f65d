/**
 * Will two hosts connect, each known by its report: directly, through a relay, or not at all, and why? Whatever the
 * reports do not settle is named, together with the test that would settle it.
 */
import { pairEn } from '../report/words/pairs/en.ts';
import type { PairWords } from '../report/words/pairs/pair-words.ts';
import type { Odds, PairContext } from './direct-view.ts';
import { judgeDirect } from './judge-direct.ts';
import type { PairEnd } from './pair-end.ts';
import { type RelayView, relayText, relayView } from './pair-relay.ts';

export interface PairPrediction {
  readonly outcome: 'direct' | 'relay' | 'depends' | 'fail' | 'unknown';
  /** Will a connection come about, by whatever path? null: the reports do not say. */
  readonly connects: boolean | null;
  /** Stable id of the finding. */
  readonly code: string;
  /** One sentence. */
  readonly reason: string;
  /** Behaviours that no report shows and that decide; empty: the outcome is the same whatever they are. */
  readonly dependsOn: readonly string[];
  /** Null: nothing is open, or nothing known supports a figure. */
  readonly odds: Odds | null;
  /** The test that would settle it; null: nothing is open. */
  readonly settledBy: string | null;
  readonly relay: RelayView;
  readonly notes: readonly string[];
}

export interface PairOptions {
  /** The application allows relayed candidates only. Default false. */
  readonly relayOnly?: boolean;
  /** Default English. */
  readonly words?: PairWords;
}

export function predictPairOf(
  a: PairEnd,
  b: PairEnd,
  { relayOnly = false, words = pairEn }: PairOptions = {},
): PairPrediction {
  const context: PairContext = {
    ends: [
      ['A', a],
      ['B', b],
    ],
    words,
  };
  const view = judgeDirect(context, relayOnly);
  // A relay on the own machine or site says nothing about the way to the other end either.
  const measured = view.code !== 'measured-inside';
  const seen = relayView(a, b, relayOnly);
  const relay = measured ? seen : { ...seen, works: null };
  const { code, dependsOn, odds, settledBy, notes } = view;
  const base = { code, dependsOn, odds, settledBy, relay, notes };
  if (view.direct === 'yes')
    return { outcome: 'direct', connects: true, reason: words.join(view.reason, null), ...base };
  const reason = words.join(view.reason, measured ? relayText(context, relay) : null);
  if (view.direct === 'no') {
    return { outcome: relay.works === false ? 'fail' : 'relay', connects: relay.works, reason, ...base };
  }
  const connects = relay.works === true ? true : null;
  return { outcome: view.direct === 'depends' ? 'depends' : 'unknown', connects, reason, ...base };
}
