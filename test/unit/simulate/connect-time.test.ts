import { describe, expect, it } from 'vitest';
import type { PopulationPath } from '../../../contract/population.ts';
import { linkOutcomes } from '../../../contract/simulation-report.ts';
import { connectMs, medianMs } from '../../../simulate/connect-time.ts';
import { normalCdf } from '../../../simulate/normal.ts';
import { exactly, populationOf } from './populations.ts';

const population = populationOf({ open: 1 });
const shares = (given: Partial<Record<(typeof linkOutcomes)[number], number>>) =>
  linkOutcomes.map((outcome) => given[outcome] ?? 0);

describe('time to connect', () => {
  // Peers 50 ms apart, servers 30 ms, signalling 40 ms.
  it.each<[PopulationPath, number]>([
    ['direct', 30 + 40 + 3 * 50],
    ['relay-udp', 3 * 30 + 40 + 3 * 60 + 100],
    ['relay-tcp', 4 * 30 + 40 + 3 * 60 + 100],
    ['relay-tls', 5 * 30 + 40 + 3 * 60 + 100],
    ['sfu', 40 + 3 * 30 + 5_000],
  ])('%s: %i ms in the middle, and that is its median', (path, expected) => {
    expect(medianMs(path, population)).toBe(expected);
    expect(connectMs(shares({ [path]: 0.3, none: 0.7 }), population, 0.5)).toBeCloseTo(expected, 1);
  });

  it('varies by round trips alone: the 95th percentile at 0.6 is 2.68 times what grows', () => {
    const factor = Math.exp(0.6 * 1.6448536);
    expect(connectMs(shares({ direct: 1 }), population, 0.95)).toBeCloseTo(220 * factor, 0);
    expect(connectMs(shares({ 'relay-udp': 1 }), population, 0.95)).toBeCloseTo(310 * factor + 100, 0);
  });

  it('a mixture: the slow part decides beyond the share of the fast one', () => {
    const { distances } = population;
    const still = { ...population, distances: { ...distances, spread: exactly(0) } };
    const mixed = shares({ direct: 0.8, 'relay-udp': 0.2 });
    expect(connectMs(mixed, still, 0.79)).toBeCloseTo(220, 1);
    expect(connectMs(mixed, still, 0.81)).toBeCloseTo(410, 1);
  });

  it('nobody connects: no time', () => {
    expect(connectMs(shares({ none: 1 }), population, 0.5)).toBeNull();
  });

  it('the normal distribution at points that tables have', () => {
    for (const [x, p] of [
      [0, 0.5],
      [1, 0.8413447461],
      [-1.959963985, 0.025],
      [3, 0.998650102],
    ] as const) {
      expect(normalCdf(x)).toBeCloseTo(p, 6);
    }
  });
});
