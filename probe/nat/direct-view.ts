/** Whether two hosts may connect without a relay, why, and what is left open. */
import type { PairWords } from '../report/words/pairs/pair-words.ts';
import type { PairEnd } from './pair-end.ts';

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

export type Named = readonly [name: string, end: PairEnd];

/** Two ends, and the words for what is said of them. */
export interface PairContext {
  readonly ends: readonly [Named, Named];
  readonly words: PairWords;
}

export const nothingOpen = { dependsOn: [], odds: null, settledBy: null, notes: [] } as const;
