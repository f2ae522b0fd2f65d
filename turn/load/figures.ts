/** Figures as people read them. */

/** @param us null: there were no samples */
export function timeText(us: number | null): string {
  if (us === null) return '–';
  if (us < 1_000) return `${us.toFixed(0)} µs`;
  return us < 1e6 ? `${Number((us / 1e3).toPrecision(3))} ms` : `${Number((us / 1e6).toPrecision(3))} s`;
}

export function percentText(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
