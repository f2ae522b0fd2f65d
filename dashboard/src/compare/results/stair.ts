/** A cumulative distribution as a stair: the share of all links, those that never connected included. Pure. */
export function stair(setupMs: readonly number[], attempts: number): { x: number; y: number }[] {
  return [{ x: 0, y: 0 }, ...setupMs.map((x, index) => ({ x, y: (index + 1) / Math.max(1, attempts) }))];
}
