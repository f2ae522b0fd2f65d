/**
 * Latencies by the hour as a histogram, from which percentiles come: averages hide what hurts. A slot is a quarter of an
 * octave wide, so a percentile is within 9 % of the true one.
 */
export const failedSlot = -1;

const slotsPerOctave = 4;
/** 2^17 ms, more than two minutes. */
const lastSlot = 17 * slotsPerOctave;

export function slotOf(latencyMs: number): number {
  return Math.min(lastSlot, Math.max(0, Math.round(slotsPerOctave * Math.log2(Math.max(1, latencyMs)))));
}

/** Of so many results in each slot. */
export interface SlotCount {
  readonly slot: number;
  readonly times: number;
}

export interface SlotSummary {
  readonly attempts: number;
  readonly succeeded: number;
  /** Of the successful ones; null: there is none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export function summarize(counts: readonly SlotCount[]): SlotSummary {
  const good = counts.filter(({ slot }) => slot !== failedSlot).sort((a, b) => a.slot - b.slot);
  const succeeded = sum(good);
  const at = (share: number) => quantile(good, share * succeeded);
  return { attempts: sum(counts), succeeded, p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** The middle of the slot in which the `rank`th lies. */
function quantile(sorted: readonly SlotCount[], rank: number): number | null {
  let seen = 0;
  for (const { slot, times } of sorted) {
    seen += times;
    if (seen >= rank) return Math.round(10 * 2 ** (slot / slotsPerOctave)) / 10;
  }
  return null;
}

function sum(counts: readonly SlotCount[]): number {
  return counts.reduce((total, { times }) => total + times, 0);
}
