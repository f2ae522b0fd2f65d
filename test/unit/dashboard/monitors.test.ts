import { describe, expect, it } from 'vitest';
import {
  type MonitorCell,
  type MonitorView,
  monitorInputSchema,
  type RegionMatrix,
} from '../../../contract/fleet/monitor.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import { lineLookOf } from '../../../dashboard/src/charts/line-looks.ts';
import { sparkSegments } from '../../../dashboard/src/charts/spark-slots.ts';
import { formatSpan } from '../../../dashboard/src/format/span.ts';
import {
  latencySentence,
  successRows,
  successSentence,
} from '../../../dashboard/src/monitors/history-text.ts';
import {
  historyQueryOf,
  historyViewSchema,
  shownHistory,
  stepMsOf,
} from '../../../dashboard/src/monitors/history-view.ts';
import { hourSlots } from '../../../dashboard/src/monitors/hour-slots.ts';
import {
  fieldAt,
  monitorDraftOf,
  monitorInputOf,
  monitorProblems,
  toMonitorInput,
} from '../../../dashboard/src/monitors/monitor-draft.ts';
import {
  monitorFilterSchema,
  shownMonitors,
  stateCounts,
} from '../../../dashboard/src/monitors/monitor-filter.ts';
import { pairVerdict, regionGrid } from '../../../dashboard/src/monitors/pair-verdict.ts';
import { readSearch, writeSearch } from '../../../dashboard/src/search/search-text.ts';
import { words } from '../../../dashboard/src/words.ts';

const now = Date.parse('2026-11-21T12:30:00Z');
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();

function cell(region: string, more: Partial<MonitorCell> = {}): MonitorCell {
  return {
    region,
    peer: null,
    path: null,
    transport: 'udp',
    url: 'stun:stun.example.org',
    state: 'up',
    reason: 'Answers.',
    since: null,
    lastAt: ago(0.1),
    day: { rate: wilsonRate(9, 10), p50Ms: 12, p95Ms: 30 },
    hours: [],
    certificateDays: null,
    lastFailure: null,
    ...more,
  };
}

function monitor(name: string, cells: readonly MonitorCell[], more: Partial<MonitorView> = {}): MonitorView {
  const spec = monitorInputSchema.parse({ name, server: 's1', regions: ['home'] });
  return {
    ...spec,
    webhook: null,
    id: name,
    serverLabel: 'Relay',
    createdAt: ago(100),
    state: cells[0]?.state ?? 'unknown',
    cells: [...cells],
    ...more,
  };
}

describe('the list of monitors', () => {
  const monitors = [
    monitor('good', [cell('seoul'), cell('home', { transport: 'tls' })]),
    monitor('bad', [cell('seoul', { state: 'up' }), cell('home', { state: 'down' })], {
      state: 'down',
      server: 's2',
    }),
    monitor('empty', []),
  ];
  const shown = (search: string) =>
    shownMonitors(monitors, readSearch(monitorFilterSchema, search)).map(
      ({ monitor: { name }, cells }) => `${name}: ${cells.map(({ region, state }) => `${region} ${state}`)}`,
    );

  it('has the worst first, and also monitors that measured nothing yet', () => {
    expect(shown('')).toEqual(['bad: home down,seoul up', 'empty: ', 'good: seoul up,home up']);
  });

  it.each([
    ['state=down', ['bad: home down']],
    ['region=seoul', ['bad: seoul up', 'good: seoul up']],
    ['transport=tls', ['good: home up']],
    ['server=s2', ['bad: home down,seoul up']],
    ['state=nonsense&region=seoul&transport=tls', []],
  ])('is narrowed by %s', (search, expected) => {
    expect(shown(search)).toEqual(expected);
  });

  it('keeps in the URL only what narrows it', () => {
    const filter = readSearch(monitorFilterSchema, 'state=down&x=1');
    expect(writeSearch(monitorFilterSchema, filter)).toBe('state=down');
  });

  it('counts cells by state, worst first', () => {
    expect(stateCounts(monitors)).toEqual([
      ['down', 1],
      ['up', 3],
    ]);
  });
});

describe('the sparkline of a cell', () => {
  const point = (hours: number, succeeded: number, p50Ms: number | null) => ({
    at: ago(hours),
    attempts: 12,
    succeeded,
    p50Ms,
    p95Ms: p50Ms,
  });
  const slots = hourSlots([point(30, 12, 9), point(3, 12, 20), point(2, 0, null), point(0, 11, 25)], now);

  it('has a place for each of 24 hours, none for what is older', () => {
    expect(slots).toHaveLength(24);
    expect(slots.filter((slot) => slot !== null)).toEqual([
      { value: 20, failed: false },
      { value: null, failed: true },
      { value: 25, failed: true },
    ]);
    expect(slots.at(-1)).toEqual({ value: 25, failed: true });
  });

  it('breaks where nothing was measured or nothing succeeded: a gap is no zero', () => {
    expect(sparkSegments(slots)).toEqual([
      { from: 20, values: [20] },
      { from: 23, values: [25] },
    ]);
  });

  it('gives commands that the service lets in: with a token, unless it knows whoever asks from its machine', () => {
    const { monitorCommand } = words.monitors;
    expect(monitorCommand('https://p.example', false)).toContain('Bearer $POLYNYA_ADMIN_TOKEN');
    expect(monitorCommand('http://127.0.0.1:7478', true)).not.toContain('Bearer');
    expect(words.invited.start('https://p.example', null)).toMatch(/ --region default$/);
    expect(words.invited.start('https://p.example', 'seoul')).not.toContain('--region');
  });

  it('says the same in words', () => {
    expect(words.monitors.hours([point(3, 12, 20), point(2, 0, null), point(0, 11, 25)])).toBe(
      'Median by the hour, last 24 hours: 20.0\u202fms to 25.0\u202fms; failures in 2 hours.',
    );
  });
});

describe('the monitor form', () => {
  const stored = monitor('Relay from afar', [], {
    kind: 'probe',
    transports: ['udp', 'tls'],
    regions: ['seoul', 'home'],
    webhook: { url: 'https://hooks.example.org/x', hasSecret: true },
    expect: { latencyMs: null, certificateDays: 14 },
  });

  it('gives back what was stored, and leaves the secret where it is', () => {
    const { id, serverLabel, createdAt, state, cells, webhook, ...spec } = stored;
    expect(monitorInputOf(stored)).toEqual({ ...spec, webhook: { url: webhook?.url } });
    expect(monitorProblems(monitorDraftOf(stored, []), true)).toEqual({});
  });

  it('begins with the regions that have agents and with the defaults of the contract', () => {
    const draft = monitorDraftOf(null, ['home', 'seoul']);
    expect(draft).toMatchObject({ name: '', server: '', regions: 'home, seoul', intervalSec: 300 });
    expect(Object.keys(monitorProblems(draft, false)).toSorted()).toEqual(['name', 'server']);
  });

  it.each([
    [{ regions: '' }, 'regions'],
    [{ regions: 'Seoul!' }, 'regions'],
    [{ kind: 'mesh', regions: 'home' }, 'regions'],
    [{ kind: 'mesh', paths: [] }, 'paths'],
    [{ transports: [] }, 'transports'],
    [{ 'expect.latencyMs': 'soon' }, 'expect.latencyMs'],
    [{ 'expect.certificateDays': '0' }, 'expect.certificateDays'],
    [{ 'damping.bad': '4', 'damping.of': '3' }, 'damping.bad'],
    [{ 'damping.of': '11' }, 'damping.of'],
    [{ 'webhook.url': 'ftp://example.org' }, 'webhook.url'],
    [{ 'webhook.secret': 'short' }, 'webhook.secret'],
  ] as const)('says what is wrong with %j', (change, field) => {
    const problems = monitorProblems({ ...monitorDraftOf(stored, []), ...change }, true);
    expect(Object.keys(problems)).toEqual([field]);
  });

  it('wants a key for alerts that are new', () => {
    const draft = monitorDraftOf(stored, []);
    expect(monitorProblems(draft, false)).toEqual({ 'webhook.secret': 'At least 16 characters.' });
    expect(monitorProblems({ ...draft, 'webhook.secret': 'x'.repeat(16) }, false)).toEqual({});
  });

  it('sends a mesh without the server that was chosen before', () => {
    const input = toMonitorInput({ ...monitorDraftOf(stored, []), kind: 'mesh' });
    expect(input).toMatchObject({ server: null, transports: ['udp'] });
    expect(monitorInputSchema.parse(input)).toEqual(input);
  });

  it('finds the field that the service names', () => {
    expect([fieldAt('transports.0'), fieldAt('webhook.url'), fieldAt('nothing')]).toEqual([
      'transports',
      'webhook.url',
      null,
    ]);
  });
});

describe('the history of a monitor', () => {
  const key = (region: string, transport: 'udp' | 'tls') => ({ region, peer: null, path: null, transport });
  const point = (at: string, succeeded: number, p50Ms: number | null) => ({
    at,
    attempts: 4,
    succeeded,
    p50Ms,
    p95Ms: p50Ms,
  });
  const series = [
    {
      ...key('home', 'udp'),
      total: wilsonRate(4, 8),
      points: [point(ago(2), 4, 10), point(ago(1), 0, null)],
    },
    { ...key('seoul', 'udp'), total: wilsonRate(0, 0), points: [] },
    { ...key('home', 'tls'), total: wilsonRate(4, 4), points: [point(ago(1), 4, 40)] },
  ];

  it('asks for results, hours or days by the length of the range', () => {
    const asked = (['24h', '7d', '90d'] as const).map((range) => historyQueryOf(range, now).bucket);
    expect(asked).toEqual(['result', 'hour', 'day']);
    expect(stepMsOf({ bucket: 'result' }, monitor('m', [], { intervalSec: 300 }))).toBe(300_000);
  });

  it('shows one transport at a time: the one of the URL, else the first', () => {
    const shown = (search: string) => shownHistory({ series }, readSearch(historyViewSchema, search));
    const regions = (search: string) => shown(search).series.map(({ region }) => region);
    expect(shown('').groups).toEqual([
      { transport: 'udp', path: null },
      { transport: 'tls', path: null },
    ]);
    expect(regions('transport=tls')).toEqual(['home']);
    expect(regions('transport=tcp')).toEqual(['home', 'seoul']);
  });

  it('says the finding with n and interval, and has the same as a table', () => {
    expect(successSentence(series.slice(0, 1))).toBe('home: 4 of 8, 50\u202f% (95 % interval 22–78\u202f%).');
    expect(latencySentence(series.slice(0, 2))).toBe(
      'home: medians from 10.0\u202fms to 10.0\u202fms. seoul: no success.',
    );
    const { rows, columns } = successRows(series);
    expect(rows.map((row) => row.length)).toEqual([1, 2, 3].map(() => columns.length));
    expect(rows.at(-1)?.slice(1)).toEqual(['home', '100\u202f%', '51–100\u202f%', '4']);
  });

  it('tells lines apart by colour and dash', () => {
    const looks = Array.from({ length: 25 }, (_, index) => JSON.stringify(lineLookOf(index)));
    expect(new Set(looks).size).toBe(25);
    expect(lineLookOf(0).dash).not.toEqual(lineLookOf(1).dash);
  });

  it.each([
    [30, '30\u202fs'],
    [90, '90\u202fs'],
    [300, '5\u202fmin'],
    [21_600, '6\u202fh'],
    [86_400, '1\u202fd'],
  ])('names %d s as %s', (sec, text) => {
    expect(formatSpan(sec)).toBe(text);
  });
});

describe('two regions', () => {
  type Cell = RegionMatrix['cells'][number];
  const tried = (path: 'mesh' | 'relay', state: Cell['state'], more: Partial<Cell> = {}): Cell => ({
    monitor: 'm',
    region: 'home',
    peer: 'seoul',
    path,
    transport: 'udp',
    state,
    rate: wilsonRate(1, 2),
    p50Ms: 80,
    lastAt: ago(1),
    run: 'r1',
    lastFailure: null,
    ...more,
  });
  const verdict = (...cells: Cell[]) => pairVerdict({ from: 'home', to: 'seoul', cells });

  it.each([
    ['direct', [tried('relay', 'up'), tried('mesh', 'degraded')]],
    ['relay', [tried('mesh', 'down'), tried('relay', 'up')]],
    ['fails', [tried('mesh', 'down'), tried('relay', 'down')]],
    ['fails', [tried('mesh', 'down'), tried('relay', 'unknown')]],
    ['unknown', [tried('mesh', 'unknown')]],
  ] as const)('are %s', (way, cells) => {
    expect(verdict(...cells).way).toBe(way);
  });

  it('are judged by the newest of several monitors', () => {
    const newer = tried('mesh', 'up', { monitor: 'newer', lastAt: ago(0.5) });
    expect(verdict(tried('mesh', 'up'), newer).by).toBe(newer);
  });

  it('stand in a grid with nothing at a region and itself', () => {
    const grid = regionGrid({ regions: ['home', 'seoul'], cells: [tried('mesh', 'up')] });
    const at = [0, 1].map((row) => [0, 1].map((column) => grid.at({ row, column })?.to));
    expect(at).toEqual([
      [undefined, 'seoul'],
      [undefined, undefined],
    ]);
  });
});

describe('the clock of an agent', () => {
  it.each([
    [{ offsetMs: 0.3, uncertaintyMs: 0.5 }, 'right ±\u202f0.50\u202fms'],
    [{ offsetMs: 1200, uncertaintyMs: 4 }, '1.20\u202fs behind ±\u202f4.00\u202fms'],
    [{ offsetMs: -25, uncertaintyMs: 4 }, '25.0\u202fms ahead ±\u202f4.00\u202fms'],
  ])('%j is told as %s', (clock, text) => {
    expect(words.agents.clock(clock)).toBe(text);
  });
});
