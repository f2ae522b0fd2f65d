import { describe, expect, it } from 'vitest';
import { type Breakdown, breakdownQuerySchema } from '../../../contract/breakdown.ts';
import type { Rate } from '../../../contract/runs.ts';
import { bucketAt } from '../../../dashboard/src/overview/success-points.ts';
import { runFilterSchema } from '../../../dashboard/src/runs/run-filter.ts';
import { readSearch, writeSearch } from '../../../dashboard/src/search/search-text.ts';
import { barsFinding, natBars, pathBars, serverBars } from '../../../dashboard/src/statistics/bars.ts';
import { rankedFailures, rankedFindings } from '../../../dashboard/src/statistics/ranked-causes.ts';
import { breakdownOf, statisticsFilterSchema } from '../../../dashboard/src/statistics/statistics-filter.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const filterOf = (text: string) => readSearch(statisticsFilterSchema, text);
const rate = (succeeded: number, attempts: number): Rate & { harnessFaults: number } => ({
  succeeded,
  attempts,
  rate: attempts === 0 ? null : succeeded / attempts,
  low: attempts === 0 ? null : 0.1,
  high: attempts === 0 ? null : 0.9,
  harnessFaults: 0,
});
const udp = 'turn:turn.example.org?transport=udp';
const found: Breakdown = {
  visits: 9,
  paths: [
    { path: 'mesh', ...rate(3, 6) },
    { path: 'relay', ...rate(0, 0), harnessFaults: 2 },
  ],
  nats: [
    { nat: 'symmetric', path: 'mesh', ...rate(0, 3) },
    { nat: 'untested', path: 'relay', ...rate(2, 2) },
  ],
  servers: [{ url: udp, transport: 'udp', ...rate(4, 5) }],
  causes: [
    {
      code: 'turn-401',
      blame: 'server',
      visits: 2,
      share: { succeeded: 2, attempts: 9, rate: 2 / 9, low: 0.06, high: 0.55 },
    },
  ],
  findings: [
    {
      id: 'udp-blocked',
      visits: 3,
      share: { succeeded: 3, attempts: 9, rate: 1 / 3, low: 0.12, high: 0.65 },
    },
  ],
};

describe('filters of the statistics in the URL', () => {
  it('read back as they were written, without the defaults', () => {
    const text = 'range=30d&bucket=hour&link=l1&path=relay&nat=symmetric&server=turn%3Aa';
    expect(writeSearch(statisticsFilterSchema, filterOf(text))).toBe(text);
    expect(writeSearch(statisticsFilterSchema, filterOf(''))).toBe('');
    expect(filterOf('range=century&nat=cone&path=air')).toEqual(filterOf(''));
  });

  it('become a query that the contract takes', () => {
    const query = breakdownOf(filterOf('range=24h&nat=untested&link=l1'), now);
    expect(breakdownQuerySchema.parse(query)).toEqual({
      since: '2026-11-19T12:00:00.000Z',
      nat: 'untested',
      link: 'l1',
    });
  });
});

describe('bars', () => {
  const behind = (href: string) => readSearch(runFilterSchema, href.replace('/runs?', ''));

  it('lead to the reports behind them, with every filter of the page', () => {
    const filter = filterOf('range=30d&link=l1');
    const [path] = pathBars(found, filter);
    expect(behind(path?.href ?? '')).toMatchObject({
      kind: 'visit-report',
      range: '30d',
      link: 'l1',
      path: 'mesh',
    });
    const [nat] = natBars(found, filter);
    expect(behind(nat?.href ?? '')).toMatchObject({ nat: 'symmetric', path: 'mesh', range: '30d' });
    const [server] = serverBars(found, filter);
    expect(behind(server?.href ?? '')).toMatchObject({ server: udp, link: 'l1' });
    const [failed] = rankedFailures(found, filter);
    expect(behind(failed?.href ?? '')).toMatchObject({ cause: 'turn-401', kind: 'visit-report', link: 'l1' });
    const [told] = rankedFindings(found, filter);
    expect(behind(told?.href ?? '')).toMatchObject({ finding: 'udp-blocked', link: 'l1' });
    expect(told?.where).toBe('In the visitor’s network');
  });

  it('are left out where only the tool itself failed: there is no rate to show', () => {
    expect(pathBars(found, filterOf('')).map(({ key }) => key)).toEqual(['mesh']);
  });

  it('say the best and the worst in words, with n and interval', () => {
    const bars = [...pathBars(found, filterOf('')), ...natBars(found, filterOf(''))];
    expect(barsFinding(bars)).toMatch(/Direct: 3 of 6 attempts succeeded, 50.% \(95 % interval 10–90.%\)/);
    const many = [...bars, ...serverBars(found, filterOf(''))];
    expect(barsFinding(many)).toMatch(/^Not tested · Relay \(TURN\): 2 of 2 .* Symmetric · Direct: 0 of 3/);
    expect(barsFinding([])).toBe('Nothing was attempted.');
  });
});

describe('a point of the chart over time', () => {
  const hourMs = 3_600_000;
  const at = (hour: number) => new Date(now + hour * hourMs).toISOString();
  const series = [
    {
      path: 'mesh',
      total: rate(1, 1),
      harnessFaults: 0,
      points: [
        { at: at(0), ...rate(1, 1) },
        { at: at(5), ...rate(1, 1) },
      ],
    },
    { path: 'relay', total: rate(1, 1), harnessFaults: 0, points: [{ at: at(2), ...rate(0, 1) }] },
  ] as const;

  it('names its path and bucket, whichever of the three lines was pressed', () => {
    expect(
      bucketAt(
        [...series].map((one) => ({ ...one, points: [...one.points] })),
        hourMs,
        0,
        4,
      ),
    ).toEqual({
      path: 'relay',
      since: at(2),
      until: at(3),
    });
  });

  it('names nothing where the line has a gap', () => {
    const drawn = [...series].map((one) => ({ ...one, points: [...one.points] }));
    expect(bucketAt(drawn, hourMs, 1, 0)).toBeNull();
    expect(bucketAt(drawn, hourMs, 2, 0)).toMatchObject({ since: at(5) });
    expect(bucketAt(drawn, hourMs, 9, 0)).toBeNull();
    expect(bucketAt(drawn, hourMs, 0, 9)).toBeNull();
  });
});
