import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../compare/flows.ts';
import { comparePlanSchema } from '../../../contract/comparison.ts';
import {
  costLines,
  figureCrossings,
  figureOf,
  roomSizes,
  usualQuestion,
} from '../../../dashboard/src/compare/cost/cost-question.ts';
import { formatError, formatRate, quantile } from '../../../dashboard/src/compare/figures.ts';
import {
  chosenPaths,
  offeredPaths,
  planOf,
  planSearchSchema,
} from '../../../dashboard/src/compare/plan-search.ts';
import { layOut } from '../../../dashboard/src/compare/results/sankey-layout.ts';
import { stair } from '../../../dashboard/src/compare/results/stair.ts';

describe('the plan in the URL', () => {
  const rooms = [
    { kind: 'mesh' },
    { kind: 'sfu', server: 'embedded' },
    { kind: 'relay', transport: null },
  ] as const;

  it('takes what the service offers when nothing is said, and is a plan of the contract', () => {
    const search = planSearchSchema.parse({});
    const offered = offeredPaths(rooms);
    expect(offered).toEqual(['mesh', 'sfu']);
    const plan = planOf(search, chosenPaths(search, offered));
    expect(comparePlanSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({
      participants: 3,
      paths: ['mesh', 'sfu'],
      media: { widthPx: 320, heightPx: 180 },
    });
  });

  it('takes only what is offered, and no mixer without sound', () => {
    const offered = ['mesh', 'sfu', 'mcu'] as const;
    const search = planSearchSchema.parse({ paths: 'sfu,relay-udp,nonsense,mcu', sound: 'no' });
    expect(chosenPaths(search, offered)).toEqual(['sfu']);
    expect(chosenPaths({ ...search, sound: 'yes' }, offered)).toEqual(['sfu', 'mcu']);
    expect(chosenPaths({ ...search, paths: '' }, offered)).toEqual([]);
  });

  it('falls back where the URL makes no sense', () => {
    const search = planSearchSchema.parse({ n: '99', picture: 'huge', repeats: '0', kbps: '1' });
    expect(search).toEqual(planSearchSchema.parse({}));
  });
});

describe('the flow diagram', () => {
  const size = { width: 760, height: 240, boxWidth: 12, gap: 18 };
  const flows = fc.array(
    fc.record({
      network: fc.constantFrom('loopback', 'private', 'public', 'hidden' as const),
      type: fc.constantFrom('host', 'srflx', 'prflx', 'relay' as const),
      pair: fc.constantFrom('host ↔ host, udp', 'srflx ↔ host, udp', 'relay ↔ relay, tls'),
      path: fc.constantFrom('mesh', 'sfu', 'mcu', 'relay' as const),
      links: fc.integer({ min: 1, max: 20 }),
      bytes: fc.integer({ min: 0, max: 1e7 }),
    }) satisfies fc.Arbitrary<Flow>,
    { minLength: 1, maxLength: 12 },
  );

  it('keeps everything inside, and boxes of a stage apart', () => {
    fc.assert(
      fc.property(flows, (some) => {
        const { boxes } = layOut(some, size);
        for (const stage of [0, 1, 2, 3]) {
          const column = boxes.filter((box) => box.stage === stage);
          expect(column.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
          for (const [index, box] of column.entries()) {
            expect(box.y).toBeGreaterThanOrEqual(-1e-6);
            expect(box.y + box.height).toBeLessThanOrEqual(size.height + 1e-6);
            const next = column[index + 1];
            if (next !== undefined) expect(next.y - (box.y + box.height)).toBeCloseTo(size.gap);
          }
        }
      }),
    );
  });

  it('fills each box with its bands, on both sides', () => {
    fc.assert(
      fc.property(flows, (some) => {
        const { boxes, bands } = layOut(some, size);
        for (const box of boxes) {
          const into = bands.filter(({ to, toX }) => to === box.key && toX === box.x);
          const outOf = bands.filter(
            ({ from, fromX }) => from === box.key && fromX === box.x + size.boxWidth,
          );
          const thick = (side: typeof bands) => side.reduce((sum, { thickness }) => sum + thickness, 0);
          if (box.stage > 0) expect(thick(into)).toBeCloseTo(box.height);
          if (box.stage < 3) expect(thick(outOf)).toBeCloseTo(box.height);
        }
      }),
    );
  });
});

describe('the stair of set-up times', () => {
  it('ends below the top where links never connected', () => {
    expect(stair([100, 200], 4)).toEqual([
      { x: 0, y: 0 },
      { x: 100, y: 0.25 },
      { x: 200, y: 0.5 },
    ]);
  });
});

describe('the sliders', () => {
  const media = { widthPx: 320, heightPx: 180, framesPerSec: 15, maxVideoKbps: 300, audio: true };

  it('reach 1 000 participants, and every line has a point at every stop', () => {
    const lines = costLines({ ...usualQuestion, media, participants: 1_000 }, 'price');
    expect(lines.map(({ path }) => path)).toEqual(['mesh', 'sfu', 'mcu', 'relay']);
    for (const { points } of lines) expect(points.map(({ x }) => x)).toEqual([...roomSizes]);
  });

  it('mark where a line goes above another, not where it always lay above', () => {
    const question = { ...usualQuestion, media, participants: 1_000 };
    expect(figureCrossings(question, 'up')).toEqual([]);
    const [cpu] = figureCrossings({ ...question, shown: 1_000 }, 'client-cpu');
    expect(cpu).toMatchObject({ dearer: 'mesh', cheaper: 'sfu', from: 3 });
    expect(figureCrossings({ ...question, participants: 2, shown: 1_000 }, 'client-cpu')).toEqual([]);
  });

  it('a price is what leaves the servers in an hour', () => {
    const cost = {
      client: { connections: 1, upKbps: 0, downKbps: 0, encodedFps: 0, decodedFps: 0, cpuPercent: 0 },
      server: null,
      turn: null,
      paidKbps: 1_000,
    };
    // 0.45 GB.
    expect(figureOf(cost, 'price', 0.1)).toBeCloseTo(0.045);
  });
});

describe('figures', () => {
  it.each([
    [null, '–'],
    [412.4, '412\u202fkbit/s'],
    [3_420, '3.42\u202fMbit/s'],
    [92_860, '92.9\u202fMbit/s'],
    [370_550, '371\u202fMbit/s'],
    [77_550_550, '77.6\u202fGbit/s'],
  ])('%s kbit/s is %s', (kbps, text) => {
    expect(formatRate(kbps)).toBe(text);
  });

  it('an error has its sign', () => {
    expect([0.124, -0.031, 0.001].map(formatError)).toEqual(['+12\u202f%', '−3\u202f%', '±0\u202f%']);
  });

  it('a quantile is one of the values', () => {
    expect([0.5, 0.95, 1].map((share) => quantile([1, 2, 3, 4], share))).toEqual([2, 4, 4]);
    expect(quantile([], 0.5)).toBeNull();
  });
});
