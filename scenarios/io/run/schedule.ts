/** Takes the items side by side, at most `width` at a time. */
export async function forEachOf<T>(
  items: readonly T[],
  width: number,
  take: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await take(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

export interface Pair {
  readonly a: string;
  readonly b: string;
}

/** Takes all pairs, as many side by side as possible, at most `width`, and no end in two pairs at a time. */
export async function forEachPair<P extends Pair>(
  pairs: readonly P[],
  take: (pair: P) => Promise<void>,
  width = Number.POSITIVE_INFINITY,
): Promise<void> {
  const waiting = [...pairs];
  const busy = new Set<string>();
  const running = new Set<Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const index = running.size >= width ? -1 : waiting.findIndex(({ a, b }) => !busy.has(a) && !busy.has(b));
    const [pair] = index === -1 ? [] : waiting.splice(index, 1);
    if (pair === undefined) {
      await Promise.race(running);
      continue;
    }
    busy.add(pair.a).add(pair.b);
    const run = take(pair).finally(() => {
      busy.delete(pair.a);
      busy.delete(pair.b);
      running.delete(run);
    });
    running.add(run);
  }
}
