import { describe, expect, it } from 'vitest';
import { delayPicture } from '../../../dashboard/src/load/delay-picture.ts';
import { latenessPicture } from '../../../dashboard/src/load/lateness-picture.ts';
import { loadsBeside } from '../../../dashboard/src/load/loads-beside.ts';
import { lossPicture } from '../../../dashboard/src/load/loss-picture.ts';
import { ofSize, sizesOf } from '../../../dashboard/src/load/packet-sizes.ts';
import {
  failureCounts,
  heatOf,
  legLoss,
  spreadOf,
  stepGroups,
  toldGroup,
} from '../../../dashboard/src/load/step-groups.ts';
import { pictureTable } from '../../../dashboard/src/load/step-picture.ts';
import { throughputPicture } from '../../../dashboard/src/load/throughput-picture.ts';
import { timeHeatOf } from '../../../dashboard/src/load/time-heat.ts';
import { type SampleLoad, sampleLoad } from '../sample-load.ts';

const ladder = { from: 1_000, to: 2_000 };

function load(sample: SampleLoad) {
  const { body } = sampleLoad({ ...sample, profile: { runs: 3, ladder, ...sample.profile } });
  return { body, groups: stepGroups(body.runs) };
}

const found = load({ limits: [1_500, 1_600, 1_500], failures: { 'turn-486': 7 } });
const unlimited = load({ limits: [9_000] });
const limited = load({ limits: [9_000], lateFrom: 1_500 });
const allocations = load({ limits: [1_500], profile: { axis: 'allocations' } });

describe('steps of a load', () => {
  it('stand together by what was offered, over all runs', () => {
    expect(found.groups.map(({ offered, measured }) => [offered, measured.length])).toEqual([
      [1_000, 3],
      [1_250, 3],
      [1_563, 3],
      [1_953, 1],
    ]);
  });

  it('tell the server’s figures from those of the generator', () => {
    expect(limited.groups.at(-1)).toMatchObject({ offered: 1_563, measured: [] });
    // Each run offers it twice before it gives up.
    expect(limited.groups.at(-1)?.limited).toHaveLength(6);
  });

  it('a figure of several runs is their median, with lowest and highest', () => {
    const steps = found.groups[0]?.measured ?? [];
    expect(spreadOf(steps, ({ generator }) => generator.lateness.p99Us)).toEqual({
      low: 80,
      middle: 81,
      high: 82,
      n: 3,
    });
    expect(spreadOf(steps, () => null)).toBeNull();
  });

  it('the sentences speak of the step of the verdict, else of the highest that says something', () => {
    expect(toldGroup(found.groups, found.body.verdict)?.offered).toBe(1_250);
    expect(toldGroup(limited.groups, limited.body.verdict)?.offered).toBe(1_250);
    expect(toldGroup([], found.body.verdict)).toBeNull();
  });

  it('loss is told by leg where a peer counts, and in one figure where none does', () => {
    const beyond = found.groups.at(-1)?.measured ?? [];
    const loss = legLoss(beyond);
    expect(loss?.both).toBeCloseTo((100 * (1_953 - 1_600)) / 1_953, 1);
    expect(loss?.out).toBeCloseTo((2 / 3) * (loss?.both ?? 0), 1);
    expect((loss?.out ?? 0) + (loss?.back ?? 0)).toBeCloseTo(loss?.both ?? 0, 9);
    const [, , step] = allocations.groups;
    expect(legLoss(step?.measured ?? [])).toMatchObject({ out: null, back: null });
    expect(legLoss([])).toBeNull();
  });

  it('failures are added up, with the lowest step that had them', () => {
    expect(failureCounts(found.groups)).toEqual([{ code: 'turn-486', count: 21, from: 1_563 }]);
    expect(failureCounts(unlimited.groups)).toEqual([]);
  });

  it.each([
    [2_000, 'low'],
    [2_001, 'middle'],
    [10_000, 'middle'],
    [10_001, 'near'],
    [20_000, 'near'],
    [20_001, 'beyond'],
  ])('%d µs against 20 ms: %s', (us, heat) => {
    expect(heatOf(us, 20_000)).toBe(heat);
  });
});

describe('pictures of a load', () => {
  it('throughput: what came back, where the limit lies, and how the runs ended', () => {
    const picture = throughputPicture(found.body, found.groups);
    expect(picture.finding).toBe(
      'Of 1,250 packets/s each way offered 1,250 came back (median of 3 steps). The limit lies between 1,250 and 1,953, 75 % sure.',
    );
    expect(picture.marks.map(({ x }) => x)).toEqual([1_250, 1_953]);
    const { columns, rows } = pictureTable(picture);
    expect(columns.slice(0, 4)).toEqual(['packets/s each way', 'Came back', 'Measured', 'Outcomes']);
    expect(rows[2]?.slice(0, 4)).toEqual([
      '1,563',
      '1,500 (1,500 to 1,563)',
      '3',
      'lost too many 2, carried 1',
    ]);
    expect(rows.every((row) => row.length === columns.length)).toBe(true);
  });

  it('throughput without a limit says so, and tells what the generator could not make', () => {
    expect(throughputPicture(unlimited.body, unlimited.groups).finding).toMatch(
      /The limit was not reached\.$/,
    );
    const picture = throughputPicture(limited.body, limited.groups);
    expect(picture.finding).toMatch(/^Of 1,250 .* No limit was found\.$/);
    expect(picture.lines.map(({ key }) => key)).toEqual(['carried', 'limited']);
    expect(pictureTable(picture).rows.at(-1)?.slice(1, 3)).toEqual(['–', '1,563']);
  });

  it('delay and loss speak of the step that was carried, and of the one that was not', () => {
    expect(delayPicture(found.body, found.groups).finding).toMatch(
      /^At 1,250 packets\/s each way half are back within 1\.2\d\sms, 99 % within 2\.4\d\sms, the slowest after 6\.0/,
    );
    expect(lossPicture(found.body, found.groups).finding).toMatch(
      /^At 1,250 packets\/s each way 0 % were lost: 0 % on the way out, 0 % on the way back\. At 1,953 .* 18 % were lost: 12 % on the way out, 6 % on the way back\.$/,
    );
    const single = lossPicture(allocations.body, allocations.groups);
    expect(single.lines.map(({ label }) => label)).toEqual(['Not answered']);
    expect(single.finding).toMatch(
      /^At 1,250 allocations\/s 0 % got no answer\. At 1,563 allocations\/s 4 % got/,
    );
  });

  it('the generator’s lateness is that of all steps, those that do not count included', () => {
    const picture = latenessPicture(limited.body, limited.groups);
    expect(picture.finding).toContain('more than 4.20');
    const { columns, rows } = pictureTable(picture);
    expect(columns.slice(2)).toEqual([
      'Event loop busy',
      'Waited for a processor',
      'Dropped at own sockets',
      'Not handed over',
    ]);
    expect(rows.at(-1)?.slice(2)).toEqual(['93 %', '12 ms', '7', '0']);
  });

  it('a report without steps has pictures too: they say that there is nothing', () => {
    const { body } = found;
    for (const picture of [throughputPicture, delayPicture, lossPicture]) {
      expect(picture(body, []).finding).toMatch(/^No step says anything about the server\./);
    }
  });
});

describe('a load with packets of several sizes', () => {
  const { profile } = found.body;
  const { verdict, runs } = unlimited.body;
  const sized = {
    ...found.body,
    profile: { ...profile, traffic: { ...profile.traffic, sizes: [160, 1_200] } },
    otherSizes: [{ bytes: 1_200, verdict, runs }],
  };

  it('shows one at a time, and the first where another is not there', () => {
    expect(sizesOf(sized)).toEqual([160, 1_200]);
    expect(ofSize(sized, 1_200)).toMatchObject({ verdict, runs });
    for (const bytes of [undefined, 160, 60]) expect(ofSize(sized, bytes)).toBe(sized);
    expect(sizesOf(found.body)).toEqual([]);
  });
});

describe('two loads', () => {
  it('stand beside each other, with their delay at the highest step that both carried', () => {
    const rows = loadsBeside(unlimited.body, found.body);
    expect(rows.map(({ name }) => name)).toEqual([
      'Carried (median)',
      'Limit between',
      'Every run',
      'p99 at 1,563 packets/s each way',
    ]);
    expect(rows[0]).toMatchObject({ other: '2,000 packets/s each way', own: '1,250 packets/s each way' });
    expect(rows[1]).toMatchObject({ other: 'none', own: '1,250 – 1,953' });
    expect(rows[2]?.own).toBe('1,250, 1,563, 1,250');
  });

  it('of different axes have no common step', () => {
    expect(loadsBeside(allocations.body, found.body)).toHaveLength(3);
  });
});

describe('delays over time', () => {
  it('the last run, band by band and slice by slice, with what was lost above them', () => {
    const heat = timeHeatOf(found.body);
    // 1,250, 1,563: a run begins below what was found before.
    expect(heat?.steps.map(({ label }) => label)).toEqual(['1,000', '1,250', '1,563']);
    expect(heat?.columns).toHaveLength(30);
    expect(heat?.rows[0]?.label).toBe('lost');
    expect(heat?.rows[0]?.levels.findIndex((level) => level > 0)).toBe(29);
    expect(heat?.rows.map(({ label }) => label).slice(1)).toContain('≤ 1 ms');
    expect(heat?.table.rows).toHaveLength(30);
    expect(heat?.table.columns.length).toBe(heat?.table.rows[0]?.length);
    expect(heat?.finding).toMatch(/^Worst is the slice of 1,563 .*100.* lost or later/);
  });

  it('none where nothing was measured; nothing bad where all came back in time', () => {
    expect(timeHeatOf({ ...found.body, runs: [] })).toBeNull();
    expect(timeHeatOf(unlimited.body)?.finding).toMatch(/^No slice has anything/);
  });
});
