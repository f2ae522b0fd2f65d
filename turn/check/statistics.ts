/** Few figures about many times. All in milliseconds. */

/** Nearest rank; of an empty list 0. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? 0;
}

/** RFC 3550 s6.4.1: the smoothed difference of transit times, in the order in which they are given. */
export function jitterMs(transitMs: readonly number[]): number {
  let jitter = 0;
  for (let i = 1; i < transitMs.length; i += 1) {
    const change = Math.abs((transitMs[i] ?? 0) - (transitMs[i - 1] ?? 0));
    jitter += (change - jitter) / 16;
  }
  return jitter;
}

export function describeTimes(values: readonly number[]): string {
  const [p50, p95, p99] = [50, 95, 99].map((percent) => percentile(values, percent).toFixed(1));
  return `p50 ${p50}, p95 ${p95}, p99 ${p99} ms`;
}
