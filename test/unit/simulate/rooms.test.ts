import { describe, expect, it } from 'vitest';
import { roomCost } from '../../../compare/cost-model.ts';
import { mediaRates } from '../../../compare/media-rates.ts';
import type { Population } from '../../../contract/population.ts';
import { seededRandom } from '../../../scenarios/sim/seeded-random.ts';
import { drawRooms, meanAmount, type RoomTally, roomShare } from '../../../simulate/draw-rooms.ts';
import { tableOf } from '../../../simulate/evaluate.ts';
import { GuideTable } from '../../../simulate/guide-table.ts';
import { PairCells } from '../../../simulate/pair-cells.ts';
import { billsOf, roomCosts } from '../../../simulate/room-bills.ts';
import { exactly, populationOf } from './populations.ts';

const cells = new PairCells();
const rooms = 40_000;

function drawn(population: Population, seed = 1): RoomTally {
  return drawRooms(population, tableOf(population, cells), rooms, seed);
}

/** Four standard errors of a share: the seed is fixed, so this holds always or never. */
function near(share: number): unknown {
  const error = 4 * Math.sqrt((share * (1 - share)) / rooms);
  return expect.toSatisfy((value: number) => Math.abs(value - share) <= error + 1e-12);
}

function roomsOf(participants: number, more: Partial<Population['rooms']> = {}) {
  return { rooms: { sizes: { [participants]: 1 }, minutes: exactly(60), ...more } };
}

describe('rooms drawn', () => {
  it.each([2, 3, 4, 6])('mesh of %i: every link is direct where nobody is symmetric, (1 − s)^N', (size) => {
    const tally = drawn(populationOf({ home: 0.9, symmetric: 0.1 }, roomsOf(size)));
    expect(roomShare(tally, 'direct')).toEqual(near(0.9 ** size));
    expect(roomShare(tally, 'relay')).toEqual(near(1 - 0.9 ** size));
  });

  it.each([5, 40, 1000])('SFU of %i: somebody is missing where anybody has UDP blocked', (size) => {
    const blocked = 1 / size;
    const tally = drawn(
      populationOf(
        { home: 1 - blocked, udpBlocked: blocked },
        { ...roomsOf(size), paths: ['direct', 'sfu'] },
      ),
    );
    expect(roomShare(tally, 'sfu')).toEqual(near((1 - blocked) ** size));
    expect(roomShare(tally, 'short')).toEqual(near(1 - (1 - blocked) ** size));
  });

  it('a room moves to the SFU as a whole, and its bill with it', () => {
    const population = populationOf(
      { home: 0.5, symmetric: 0.5 },
      { ...roomsOf(3), paths: ['direct', 'sfu'] },
    );
    const tally = drawn(population);
    expect(roomShare(tally, 'sfu')).toEqual(near(7 / 8));
    const { sfu } = billsOf(population)(3);
    expect(meanAmount(tally, 'sfuGb').mean).toBeCloseTo(roomShare(tally, 'sfu') * sfu.sfuGb, 9);
    expect(meanAmount(tally, 'turnGb').mean).toBe(0);
  });

  it('larger rooms begin on the SFU', () => {
    const paths = ['direct', 'relay-udp', 'sfu'] as const;
    const population = populationOf(
      { open: 1 },
      { paths: [...paths], rooms: { sizes: { '4': 3, '5': 1 }, minutes: exactly(60), meshUpTo: 4 } },
    );
    const tally = drawn(population);
    expect(tally.bySize.map(({ participants, rooms: count }) => [participants, count])).toEqual([
      [4, 30_000],
      [5, 10_000],
    ]);
    expect([roomShare(tally, 'direct'), roomShare(tally, 'sfu')]).toEqual([0.75, 0.25]);
  });

  it('costs what its relayed links take, at the price of TURN', () => {
    const population = populationOf({ home: 0.7, symmetric: 0.3 }, roomsOf(3));
    const { relayedLink } = billsOf(population)(3);
    // Three pairs, each relayed with 1 − 0.7².
    const expected = 3 * (1 - 0.49) * relayedLink.turnGb;
    const { mean, standardError } = meanAmount(drawn(population), 'turnGb');
    expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
    expect(meanAmount(drawn(population), 'cost').mean).toBeCloseTo(0.4 * mean, 9);
  });

  it('the same seed draws the same rooms, another seed others', () => {
    const population = populationOf({ home: 0.7, symmetric: 0.3 }, roomsOf(4));
    const cost = (seed: number) => meanAmount(drawn(population, seed), 'cost').mean;
    expect(cost(3)).toBe(cost(3));
    expect(cost(4)).not.toBe(cost(3));
  });

  it('a size that is rarer than one room in all is drawn once, at its own weight', () => {
    const sizes = { '2': 1, '1000': 1e-6 };
    const population = populationOf(
      { open: 1 },
      { paths: ['direct', 'sfu'], rooms: { sizes, minutes: exactly(60) } },
    );
    const { sfu } = billsOf(population)(1000);
    expect(meanAmount(drawn(population), 'sfuGb').mean).toBeCloseTo((sfu.sfuGb * 1e-6) / (1 + 1e-6), 12);
  });
});

describe('bills', () => {
  const population = populationOf({ open: 1 }, roomsOf(6, { shown: 4 }));
  const rates = mediaRates(population.media);
  const bills = billsOf(population)(6);
  const gb = (kbps: number) => (kbps * 1000 * 3600) / 8 / 1e9;

  it('of relayed links are those of the cost model', () => {
    const model = roomCost({ path: 'mesh', participants: 6, rates, relayedShare: 4 / 15 }, roomCosts);
    expect(4 * bills.relayedLink.turnGb).toBeCloseTo(gb(model.paidKbps), 9);
    expect(4 * bills.relayedLink.turnCoreHours).toBeCloseTo((model.turn?.cpuPercent ?? 0) / 100, 9);
  });

  it('of an SFU whose participants are behind TURN in part too', () => {
    const model = roomCost({ path: 'sfu', participants: 6, rates, shown: 4, relayedShare: 2 / 6 }, roomCosts);
    expect(bills.sfu.sfuGb + 2 * bills.relayedLeg.turnGb).toBeCloseTo(gb(model.paidKbps), 9);
    expect(bills.sfu.sfuCoreHours).toBeCloseTo((model.server?.cpuPercent ?? 0) / 100, 9);
    expect(2 * bills.relayedLeg.turnCoreHours).toBeCloseTo((model.turn?.cpuPercent ?? 0) / 100, 9);
  });
});

describe('the guide table', () => {
  const counted = (weights: readonly number[]) => {
    const table = new GuideTable(weights);
    // Equal steps through [0, 1) in place of chance: counts are exact.
    const counts = weights.map(() => 0);
    for (let step = 0; step < 1_000; step += 1) {
      const index = table.draw(() => (step + 0.5) / 1_000);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts;
  };

  it('draws in proportion', () => {
    expect(counted([1, 2, 3, 4])).toEqual([100, 200, 300, 400]);
    expect(counted([0.97, 0.01, 0.02])).toEqual([970, 10, 20]);
  });

  it('never draws what has no weight, at the ends too', () => {
    expect(counted([0, 1, 0, 1, 0])).toEqual([0, 500, 0, 500, 0]);
    expect(new GuideTable([0, 0.1, 0.2, 0]).draw(() => 1 - 2 ** -32)).toBe(2);
    expect(new GuideTable([0, 1]).draw(() => 0)).toBe(1);
    expect(() => new GuideTable([0, 0])).toThrow('nothing to draw from');
  });

  it('keeps most draws when weights change a little', () => {
    const [before, after] = [new GuideTable([5, 3, 2]), new GuideTable([5.05, 3, 2])];
    const random = seededRandom(7);
    const values = Array.from({ length: 10_000 }, () => random());
    const moved = values.filter((value) => before.draw(() => value) !== after.draw(() => value));
    expect(moved.length).toBeLessThan(100);
  });
});
