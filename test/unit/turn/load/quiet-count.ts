import { Histogram, type HistogramState } from '../../../../turn/load/histogram.ts';
import type { StepCount } from '../../../../turn/load/step-count.ts';

/** As many times the same delay. */
export function all(us: number, count = 1_000): HistogramState {
  const histogram = new Histogram();
  for (let i = 0; i < count; i += 1) histogram.record(us / 1000);
  return histogram.state();
}

/** A worker to which nothing happened, and whose packets all came back. */
export const quiet: StepCount = {
  scheduled: 1_000,
  sent: 1_000,
  arrivedOut: 1_000,
  arrivedBack: 1_000,
  unsent: 0,
  sendErrors: {},
  failures: {},
  lateness: all(50),
  outward: all(200),
  roundTrip: all(400),
  gauges: {
    wallMs: 1_000,
    spareMs: 600,
    cpuMs: 400,
    runQueueMs: 2,
    socketDrops: 0,
    receiveBufferBytes: 425_984,
  },
};
