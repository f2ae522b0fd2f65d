/** Milliseconds since a start, to the tenth: browsers do not promise more. */
export type Clock = () => number;

export function startClock(): Clock {
  const startedAt = performance.now();
  return () => Math.round((performance.now() - startedAt) * 10) / 10;
}
