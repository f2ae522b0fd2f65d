import { setTimeout } from 'node:timers/promises';

/** Waits until all of them have ended, however they end, but not longer than `limitMs`. */
export async function settleWithin(work: Iterable<Promise<unknown>>, limitMs: number): Promise<void> {
  const late = new AbortController();
  await Promise.race([
    Promise.allSettled(work),
    setTimeout(limitMs, undefined, { signal: late.signal }).catch(() => {}),
  ]);
  late.abort();
}
