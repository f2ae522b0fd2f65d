import type { Evidence } from '../../contract/evidence.ts';

/** A machine counts from its own start; the report from the probe’s, `byMs` earlier. */
export function shiftEvidence(evidence: readonly Evidence[], byMs: number): Evidence[] {
  const offset = Math.max(0, byMs);
  return evidence.map((e) => ({
    ...e,
    sentMs: e.sentMs.map((sent) => sent + offset),
    receivedMs: e.receivedMs === null ? null : e.receivedMs + offset,
  }));
}
