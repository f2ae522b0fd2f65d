/** What a sparkline draws. Pure. */

/** A place on the time axis; null: nothing was measured. */
export type SparkSlot = { readonly value: number | null; readonly failed: boolean } | null;

interface Segment {
  /** Index of its first slot. */
  readonly from: number;
  readonly values: number[];
}

/** Runs of slots that have a value. */
export function sparkSegments(slots: readonly SparkSlot[]): Segment[] {
  const segments: Segment[] = [];
  for (const [index, slot] of slots.entries()) {
    const value = slot?.value ?? null;
    const last = segments.at(-1);
    if (value === null) continue;
    if (last !== undefined && last.from + last.values.length === index) last.values.push(value);
    else segments.push({ from: index, values: [value] });
  }
  return segments;
}
