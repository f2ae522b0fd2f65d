import type { Rate } from './runs.ts';

/** Two-sided 95 % quantile of the normal distribution. */
const z = 1.959963984540054;

/**
 * A success rate with its Wilson score interval at 95 % (E. B. Wilson, 1927). Unlike the usual ± interval it stays
 * inside 0–1 and is not empty at 0 % and 100 %, so 3 of 3 is not sold as certainty.
 *
 * @param succeeded whole number, 0–`attempts`
 * @param attempts whole number ≥ 0; at 0 nothing can be said and rate, low and high are null
 */
export function wilsonRate(succeeded: number, attempts: number): Rate {
  if (attempts === 0) return { succeeded, attempts, rate: null, low: null, high: null };
  const p = succeeded / attempts;
  const zz = (z * z) / attempts;
  const centre = (p + zz / 2) / (1 + zz);
  const half = (z / (1 + zz)) * Math.sqrt((p * (1 - p)) / attempts + zz / (4 * attempts));
  return {
    succeeded,
    attempts,
    rate: p,
    // At the ends the bound is exactly 0 or 1; rounding would leave 1e-17 there.
    low: succeeded === 0 ? 0 : Math.max(0, centre - half),
    high: succeeded === attempts ? 1 : Math.min(1, centre + half),
  };
}
