import { describe, expect, it } from 'vitest';
import { loadPopulation, parsePopulation, presetNames } from '../../../cli/load-population.ts';
import { largestPopulationRoom, populationSchema } from '../../../contract/population.ts';
import { readSearch, writeSearch } from '../../../dashboard/src/search/search-text.ts';
import { askedPopulation } from '../../../dashboard/src/simulate/asked-population.ts';
import { placeOn } from '../../../dashboard/src/simulate/curve-places.ts';
import {
  barIntervals,
  outcomeBars,
  outcomeTable,
  shareIn,
  usedSegments,
} from '../../../dashboard/src/simulate/outcome-bars.ts';
import { roomsDrawn } from '../../../dashboard/src/simulate/rooms-drawn.ts';
import {
  mixOf,
  pathsOf,
  type SimulateSearch,
  simulateSearchSchema,
} from '../../../dashboard/src/simulate/simulate-search.ts';
import { PairCells } from '../../../simulate/pair-cells.ts';
import { simulatePopulation } from '../../../simulate/simulate-population.ts';

const everyday = loadPopulation('everyday');
const usual = simulateSearchSchema.parse({});
const asked = (change: Partial<SimulateSearch>) => askedPopulation(everyday, { ...usual, ...change });

describe('a question in the URL', () => {
  it('is as the preset has it where nothing is said', () => {
    expect(writeSearch(simulateSearchSchema, usual)).toBe('');
    expect(askedPopulation(everyday, usual)).toEqual(everyday);
    expect(mixOf(usual, everyday)).toEqual([60, 2, 10, 5, 10, 8, 3, 2]);
    expect(pathsOf(usual, everyday)).toEqual(everyday.paths);
  });

  it('reads back as it was written', () => {
    const question: SimulateSearch = {
      ...usual,
      preset: 'home',
      mix: '10,20,30,40',
      v6: 0,
      blocked: 12,
      paths: 'direct,relay-udp',
      size: 40,
      turn: 0.5,
      sfu: 0,
      upTo: '1000',
    };
    const text = writeSearch(simulateSearchSchema, question);
    expect(text).toContain('v6=0');
    expect(readSearch(simulateSearchSchema, text)).toEqual(question);
  });

  it('falls back where it makes no sense', () => {
    const text = 'preset=..&mix=a&v6=101&blocked=-1&paths=1&size=1001&turn=x&upTo=7';
    expect(readSearch(simulateSearchSchema, text)).toEqual(usual);
    expect(mixOf({ ...usual, mix: '1,2' }, everyday)).toEqual(mixOf(usual, everyday));
    expect(mixOf({ ...usual, mix: '0,0,0,0,0,0,0,0' }, everyday)).toEqual(mixOf(usual, everyday));
  });
});

describe('the population that is asked about', () => {
  it('has the mix of the sliders, exactly', () => {
    const { endpoints, published } = asked({ mix: '50,0,0,0,0,50,0,0' });
    expect(endpoints['home']?.share).toEqual({ value: 0.5, source: 'set on the page' });
    expect(endpoints['office']?.share.value).toBe(0.5);
    expect(published).toEqual([]);
  });

  it('has more networks without UDP, and the others in proportion', () => {
    const shares = Object.values(asked({ blocked: 20 }).endpoints).map(({ share }) => share.value);
    const total = shares.reduce((sum, share) => sum + share, 0);
    expect(Number(shares.at(-1)) / total).toBeCloseTo(0.2, 12);
    expect(Number(shares[0]) / total).toBeCloseTo(0.8 * 0.6, 12);
  });

  it('has IPv6 for everybody where it is asked for, behind what blocks UDP too', () => {
    const { endpoints } = asked({ v6: 100 });
    expect(Object.values(endpoints).map(({ ipv6 }) => ipv6?.share.value)).toEqual(Array(8).fill(1));
    expect(endpoints['office-udp-blocked']?.ipv6?.behind[0]?.firewall?.kind).toBe('udp-blocked');
  });

  it('has the SFU where a room is larger than any mesh', () => {
    expect(asked({ size: 1_000, paths: 'direct' }).paths).toEqual(['direct', 'sfu']);
    expect(asked({ size: 50, paths: 'direct' }).paths).toEqual(['direct']);
  });

  it.each(presetNames())('%s with every slider moved is a population that the command reads', (name) => {
    const preset = loadPopulation(name);
    const question = { ...usual, v6: 100, blocked: 90, paths: 'relay-tls', turn: 0, sfu: 5 };
    const population = askedPopulation(preset, { ...question, size: largestPopulationRoom });
    expect(populationSchema.parse(population)).toEqual(population);
    expect(parsePopulation(JSON.stringify(population, null, 2), 'saved.yaml')).toEqual(population);
  });
});

describe('the rooms that are drawn', () => {
  it('are fewer where they are large meshes', () => {
    expect(roomsDrawn(everyday)).toBe(20_000);
    expect(roomsDrawn(asked({ size: 1_000 }))).toBe(20_000);
    expect(roomsDrawn(asked({ size: 20, paths: 'direct' }))).toBe(Math.round(200_000 / 190));
    expect(roomsDrawn(asked({ size: 50, paths: 'direct' }))).toBe(1_000);
  });
});

describe('stacked bars', () => {
  const { body } = simulatePopulation(everyday, { rooms: 1_000, seed: 1 }, new Date(0), new PairCells());
  const bars = outcomeBars(body);

  it('are of pairs, of rooms, and of rooms of each size, each 100 % long', () => {
    expect(bars.map(({ label }) => label)).toEqual([
      'Two people',
      'All rooms',
      ...[2, 3, 4, 6, 10, 25].map((size) => `Rooms of ${size}`),
    ]);
    for (const bar of bars) {
      const sum = usedSegments(bars).reduce((total, segment) => total + shareIn(bar, segment), 0);
      expect(sum, bar.label).toBeCloseTo(1, 9);
    }
  });

  it('have intervals where they can be read off the axis, and all of them in the table', () => {
    const [first] = barIntervals(bars);
    const { inputs } = body.pairs.outcomes.direct;
    expect(first).toEqual({ index: 0, low: inputs[0], high: inputs[1] });
    const rows = outcomeTable(bars).rows;
    expect(rows).toContainEqual([
      'Two people',
      'Directly',
      expect.stringMatching(/ %$/),
      expect.stringMatching(/ to /),
    ]);
    expect(rows.filter(([who]) => who === 'Rooms of 25')).toEqual([
      ['Rooms of 25', 'On the SFU', '100 %', '–'],
    ]);
  });
});

describe('the axis of room sizes', () => {
  const points = [2, 4, 8].map((participants) => ({ participants }));
  it('has every size between its neighbours', () => {
    expect([2, 3, 4, 7, 9].map((size) => placeOn(points, size))).toEqual([0, 0.5, 1, 1.75, null]);
  });
});
