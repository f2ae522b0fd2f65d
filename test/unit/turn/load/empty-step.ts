/** A step in which nothing was sent, for tests to fill in what they are about. */
import type { LoadStep, LoadTimes } from '../../../../contract/load-report.ts';

const none: LoadTimes = { samples: 0, p50Us: null, p90Us: null, p99Us: null, p999Us: null, maxUs: null };

export const emptyStep: LoadStep = {
  offered: 1,
  outcome: 'carried',
  reasons: [],
  seconds: 1,
  scheduled: 0,
  sent: 0,
  arrivedOut: 0,
  arrivedBack: 0,
  lossPercent: 0,
  roundTrip: none,
  outward: null,
  clientMbitPerSec: null,
  peerMbitPerSec: null,
  failures: {},
  generator: {
    lateness: none,
    busyShare: 0,
    cpuMs: 0,
    runQueueMs: null,
    socketDrops: null,
    receiveBufferBytes: null,
    unsent: 0,
    sendErrors: {},
  },
};
