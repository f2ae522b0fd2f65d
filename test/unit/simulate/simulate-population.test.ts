import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPopulation, presetNames } from '../../../cli/load-population.ts';
import {
  type Population,
  type PopulationPath,
  populationPaths,
  populationSchema,
} from '../../../contract/population.ts';
import { simulationReportSchema } from '../../../contract/simulation-report.ts';
import { changes } from '../../../simulate/changes.ts';
import { evaluate, tableOf } from '../../../simulate/evaluate.ts';
import { weightsOf } from '../../../simulate/kinds.ts';
import { outcomeIndex } from '../../../simulate/links.ts';
import { PairCells } from '../../../simulate/pair-cells.ts';
import { callShares } from '../../../simulate/pair-shares.ts';
import { simulatePopulation } from '../../../simulate/simulate-population.ts';
import { type ChainName, chains, exactly, populationOf } from './populations.ts';

const cells = new PairCells();
const at = new Date('2026-01-01T00:00:00Z');
const draws = { rooms: 2_000, seed: 1 };

function reportOf(population: Population, seed = 1) {
  return simulatePopulation(population, { ...draws, seed }, at, cells).body;
}

describe('the answer for a population', () => {
  const population = populationSchema.parse({
    ...populationOf({ home: 0.9, symmetric: 0.1 }),
    endpoints: {
      home: {
        share: exactly(0.9),
        behind: [{ nat: { like: 'home-router' } }],
      },
      symmetric: {
        share: { value: 0.1, range: [0.02, 0.3], source: 'test' },
        behind: [{ nat: { like: 'symmetric' } }],
      },
    },
  });
  const body = reportOf(population);

  it('is a report that its schema takes', () => {
    const report = simulatePopulation(population, draws, at, cells);
    expect(simulationReportSchema.parse(report)).toEqual(report);
  });

  it('is the same for the same seed, and other for another', () => {
    expect(reportOf(population)).toEqual(body);
    expect(reportOf(population, 2).roomOutcomes).not.toEqual(body.roomOutcomes);
  });

  it('says so in a sentence', () => {
    expect(body.headline).toMatchObject({ status: 'good', code: 'population-connects' });
    expect(body.headline.sentence).toMatch(
      /^test: 81\.0 % of pairs connect directly \(60\.\d % to 90\.\d %\), 19\.0 % need a relay, all connect\.$/,
    );
    expect(body.headline.advice).toEqual([
      expect.stringMatching(/^What would help most: IPv6 everywhere.*need a relay from 19\.0 % to 0 %\.$/),
    ]);
  });

  it('has an interval that holds the value, between the ends of the range', () => {
    const { value, inputs, drawing } = body.pairs.outcomes.direct;
    expect(drawing).toBeNull();
    expect(inputs[0]).toBeGreaterThan(0.7 ** 2);
    expect(inputs[0]).toBeLessThan(value);
    expect(inputs[1]).toBeGreaterThan(value);
    expect(inputs[1]).toBeLessThan(0.98 ** 2);
  });

  it('has no interval of inputs where all are exact', () => {
    const { roomOutcomes, traffic } = reportOf(populationOf({ home: 0.9, symmetric: 0.1 }));
    expect(roomOutcomes.direct.inputs).toEqual([roomOutcomes.direct.value, roomOutcomes.direct.value]);
    expect(traffic.cost.drawing?.[0]).toBeLessThan(traffic.cost.value);
  });

  it('says what it hangs on: one input at both ends of its range, by hand', () => {
    expect(body.sensitivity).toHaveLength(1);
    expect(body.sensitivity[0]).toMatchObject({
      input: 'share of symmetric',
      low: { value: 0.02, answer: { pairsDirect: expect.closeTo(0.98 ** 2, 12) } },
      high: { value: 0.3, answer: { pairsDirect: expect.closeTo(0.7 ** 2, 12) } },
    });
  });

  it('says how everybody fares', () => {
    expect(body.endpoints).toEqual([
      expect.objectContaining({ name: 'home', share: 0.9, direct: expect.closeTo(0.9, 12), failed: 0 }),
      expect.objectContaining({ name: 'symmetric', direct: 0, relayed: expect.closeTo(1, 12) }),
    ]);
  });
});

describe('for any population', () => {
  const names = Object.keys(chains) as ChainName[];
  const shares = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: names.length, maxLength: names.length })
    .filter((values) => values.some((value) => value > 0.01))
    .map((values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0])));
  const order = fc
    .shuffledSubarray([...populationPaths], { minLength: 1 })
    .map((paths): PopulationPath[] => paths);

  const callsOf = (population: Population) => callShares(tableOf(population, cells), weightsOf(population));

  it('shares add up to 1', () => {
    fc.assert(
      fc.property(shares, order, (mix, paths) => {
        const population = populationOf(mix, { paths });
        const { calls, tally } = evaluate(population, tableOf(population, cells), { rooms: 100, seed: 1 });
        expect(calls.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        const rooms = tally.bySize.flatMap(({ outcomes }) => [...outcomes]);
        expect(rooms.reduce((sum, count) => sum + count, 0)).toBe(tally.rooms);
      }),
      { numRuns: 100 },
    );
  });

  it('one more path, wherever in the order, never connects fewer', () => {
    fc.assert(
      fc.property(shares, order, fc.nat(), (mix, paths, place) => {
        const dropped = place % paths.length;
        const fewer = paths.filter((_, index) => index !== dropped);
        if (fewer.length === 0) return;
        const failed = (order: PopulationPath[]) =>
          callsOf(populationOf(mix, { paths: order }))[outcomeIndex.none] ?? 0;
        expect(failed(paths)).toBeLessThanOrEqual(failed(fewer) + 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it.each(changes)('$id never connects fewer, nor fewer of them directly', ({ apply }) => {
    let applied = 0;
    fc.assert(
      fc.property(shares, order, (mix, paths) => {
        const before = populationOf(mix, { paths });
        const after = apply(before);
        if (after === null) return;
        applied += 1;
        const [old, better] = [callsOf(before), callsOf(after)];
        const { none, direct } = outcomeIndex;
        expect(better[none]).toBeLessThanOrEqual((old[none] ?? 0) + 1e-9);
        expect((better[direct] ?? 0) + 1e-9).toBeGreaterThanOrEqual(old[direct] ?? 0);
      }),
      { numRuns: 40 },
    );
    expect(applied).toBeGreaterThan(5);
  });

  it('a change that is made already is none', () => {
    const done = populationOf(
      {},
      {
        paths: [...populationPaths],
        endpoints: {
          all: {
            share: exactly(1),
            behind: [{ nat: { like: 'home-router' } }],
            ipv6: { share: exactly(1) },
          },
        },
      },
    );
    expect(changes.map(({ apply }) => apply(done))).toEqual(changes.map(() => null));
  });
});

describe('presets beside what was published', () => {
  /** docs/simulate.md shows this table, and says why the misses miss. */
  const table = [
    ['bittorrent-2010', 'pairs-direct', 0.792, 'overlaps'],
    ['calls-2017', 'pairs-relayed', 0.175, 'fits'],
    ['conferences-2015', 'rooms-relayed', 0.197, 'overlaps'],
    ['hole-punch-2022', 'pairs-direct', 0.7225, 'fits'],
    ['home', 'pairs-direct', 0.951, 'misses'],
    ['nats-2005', 'pairs-direct', 0.672, 'fits'],
  ] as const;

  it.each(table)('%s, %s: %f, %s', (name, figure, value, verdict) => {
    const { published } = simulatePopulation(loadPopulation(name), { rooms: 8_000, seed: 1 }, at, cells).body;
    const [band] = published;
    expect(band).toMatchObject({ figure, verdict });
    expect(Math.abs((band?.simulated.value ?? 0) - value)).toBeLessThan(0.01);
  });

  it('no preset with a band is left out', () => {
    const banded = presetNames().filter((name) => loadPopulation(name).published.length > 0);
    expect(banded).toEqual(table.map(([name]) => name));
  });

  it.each(presetNames())(
    '%s: shares add up to 1 as they are written, and the name is the file’s',
    (preset) => {
      const { name, endpoints } = loadPopulation(preset);
      expect(name).toBe(preset);
      const total = Object.values(endpoints).reduce((sum, { share }) => sum + share.value, 0);
      expect(total).toBeCloseTo(1, 9);
    },
  );
});
