/** Intervals for a median from order statistics: nothing is assumed about the distribution. */

export interface Ranks {
  /** From 0: the k-th lowest bounds the median below, and the k-th highest above. */
  readonly rank: number;
  /** How sure it is that the median lies between the two. */
  readonly confidence: number;
}

const wantedConfidence = 0.95;

/**
 * Each of n values lies above the median with probability 1/2, so the number above is binomial. The narrowest interval
 * that is 95 % sure; with fewer than six values there is none, and the lowest and highest are told with what they are
 * worth: 1 − 2^(1−n).
 */
export function medianRanks(n: number): Ranks {
  let rank = 0;
  for (let next = 0; next < n / 2; next += 1) {
    if (next > 0 && confidenceOf(n, next) < wantedConfidence) break;
    rank = next;
  }
  return { rank, confidence: confidenceOf(n, rank) };
}

/** P(at least `rank` + 1 of n values on either side). */
function confidenceOf(n: number, rank: number): number {
  let tail = 0;
  let binomial = 1;
  for (let k = 0; k <= rank; k += 1) {
    tail += binomial;
    binomial = (binomial * (n - k)) / (k + 1);
  }
  return Math.max(0, 1 - (2 * tail) / 2 ** n);
}
