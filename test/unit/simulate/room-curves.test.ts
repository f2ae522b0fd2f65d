import { describe, expect, it } from 'vitest';
import { PairCells } from '../../../simulate/pair-cells.ts';
import { type RoomPoint, roomCurves } from '../../../simulate/room-curves.ts';
import { populationOf } from './populations.ts';

const cells = new PairCells();
const curvesOf = (...args: Parameters<typeof populationOf>) =>
  roomCurves(populationOf(...args), { rooms: 40_000, seed: 1 }, cells);
const at = (points: readonly RoomPoint[], wanted: number): RoomPoint => {
  const found = points.find(({ participants }) => participants === wanted);
  if (found === undefined) throw new Error(`no room of ${wanted}`);
  return found;
};

describe('rooms of every size', () => {
  const mixed = curvesOf({ home: 0.9, symmetric: 0.1 }, { paths: ['direct', 'relay-udp', 'sfu'] });

  it('a mesh of home routers and a few symmetric NATs is direct as often as it has at most one kind that does not meet', () => {
    // Home routers meet each other; a symmetric NAT meets neither, so it has to be absent.
    expect(at(mixed.points, 2).meshDirect).toBeCloseTo(0.9 ** 2, 1);
    expect(at(mixed.points, 10).meshDirect).toBeCloseTo(0.9 ** 10, 1);
    expect(at(mixed.points, 50).meshWhole).toBe(1);
    expect(at(mixed.points, 1_000)).toMatchObject({ meshDirect: null, meshWhole: null, serverWhole: 1 });
    expect(at(mixed.points, 1_000).cost.mesh).toBeNull();
  });

  it('a server misses those whom no relay reaches', () => {
    const { points } = curvesOf({ home: 0.99, only443: 0.01 }, { paths: ['direct', 'relay-udp', 'sfu'] });
    expect(at(points, 100).serverWhole).toBeCloseTo(0.99 ** 100, 9);
    expect(at(points, 2).meshWhole).toBeCloseTo(0.99 ** 2, 1);
  });

  it('costs grow with the square of a mesh and cross those of a mixer, not of an SFU that is cheaper from the start', () => {
    const { cost: four } = at(mixed.points, 4);
    const { cost: eight } = at(mixed.points, 8);
    expect(Number(eight.mesh) / Number(four.mesh)).toBeCloseTo((8 * 7) / (4 * 3), 9);
    for (const { dearer, cheaper, from } of mixed.crossings) {
      const after = mixed.points.filter(({ participants }) => participants >= from);
      expect(after.length).toBeGreaterThan(0);
      for (const { cost } of after) {
        if (cost[dearer] !== null) expect(cost[dearer]).toBeGreaterThan(Number(cost[cheaper]));
      }
      const before = mixed.points.findLast(({ participants }) => participants < from);
      if (before) expect(Number(before.cost[dearer])).toBeLessThanOrEqual(Number(before.cost[cheaper]));
    }
    expect(mixed.crossings.map(({ dearer, cheaper }) => `${dearer} ${cheaper}`)).toContain('sfu mcu');
  });

  it('nothing passes a relay where everybody meets', () => {
    const { points, crossings } = curvesOf({ home: 1 });
    expect(at(points, 50).cost.mesh).toBe(0);
    expect(crossings.some(({ dearer }) => dearer === 'mesh')).toBe(false);
  });
});
