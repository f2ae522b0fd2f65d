/** The last 24 hours of a cell as places of a sparkline. Pure. */
import type { MonitorPoint } from '../../../contract/fleet/monitor.ts';
import type { SparkSlot } from '../charts/spark-slots.ts';

const hourMs = 3_600_000;
const hours = 24;

/** One place an hour, the present one last; null where nothing was measured. */
export function hourSlots(points: readonly MonitorPoint[], nowMs: number): SparkSlot[] {
  const present = Math.floor(nowMs / hourMs);
  const found = new Map(points.map((point) => [Math.floor(Date.parse(point.at) / hourMs), point]));
  return Array.from({ length: hours }, (_, index) => {
    const point = found.get(present - hours + 1 + index);
    return point === undefined ? null : { value: point.p50Ms, failed: point.succeeded < point.attempts };
  });
}
