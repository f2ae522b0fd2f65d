/** What a plan will take, before it is started. */
import { pathKindOf } from '../contract/compare-path.ts';
import type { ComparePlan } from '../contract/comparison.ts';
import { type RoomCost, roomCost } from './cost-model.ts';
import { expectedLinks } from './expected-links.ts';
import { mediaRates } from './media-rates.ts';
import { shapeOf } from './shape-of.ts';

/** Opening a room and its pages, and the first pictures of all. */
const setupSec = 4;

export interface Estimate {
  readonly runs: number;
  /** Directed links, over all runs. */
  readonly links: number;
  readonly durationSec: number;
  /** All participants together, in the costliest path; 100 = one core. */
  readonly clientsCpuPercent: number;
  /** Through servers, over all runs, with IP headers. */
  readonly serverBytes: number;
}

export function estimate({ participants, paths, repeats, media, warmUpSec, holdSec }: ComparePlan): Estimate {
  const rates = mediaRates(media);
  const costs = paths.map((path) => roomCost(shapeOf(path, participants, rates)));
  const runSec = setupSec + warmUpSec + holdSec;
  const links = paths.reduce((sum, path) => sum + expectedLinks(pathKindOf(path), participants), 0);
  const paidKbps = costs.reduce((sum, cost) => sum + cost.paidKbps, 0);
  return {
    runs: paths.length * repeats,
    links: links * repeats,
    durationSec: paths.length * repeats * runSec,
    clientsCpuPercent: participants * Math.max(0, ...costs.map(cpuOf)),
    serverBytes: (paidKbps * 1000 * runSec * repeats) / 8,
  };
}

function cpuOf({ client }: RoomCost): number {
  return client.cpuPercent;
}
