import { describe, expect, it } from 'vitest';
import { type RunSummary, runQuerySchema } from '../../../contract/runs.ts';
import { insertRun } from '../../../dashboard/src/runs/insert-run.ts';
import {
  isFiltered,
  noFilter,
  queryOf,
  runFilterSchema,
  runsPerPage,
} from '../../../dashboard/src/runs/run-filter.ts';
import { readSearch, writeSearch } from '../../../dashboard/src/search/search-text.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const filterOf = (text: string) => readSearch(runFilterSchema, text);

function run(id: string, minutesAgo: number, more: Partial<RunSummary> = {}): RunSummary {
  const at = new Date(now - minutesAgo * 60_000).toISOString();
  return {
    id,
    kind: 'visit-report',
    at,
    storedAt: at,
    headline: { status: 'good', code: 'direct', sentence: 'It works.' },
    nat: null,
    turn: null,
    source: 'Chrome 142 on Linux',
    attempts: [{ path: 'mesh', rung: 'S4', succeeded: true, setupMs: 200 }],
    durationMs: 900,
    code: null,
    link: null,
    visitor: null,
    ...more,
  };
}

describe('filters in the URL', () => {
  it('read back as they were written, without the defaults', () => {
    const text = 'kind=nat-report&status=bad&q=cone&range=7d&sort=duration&order=asc&page=3';
    const filter = filterOf(text);
    expect(filter).toMatchObject({ kind: 'nat-report', status: 'bad', q: 'cone', range: '7d', page: 3 });
    expect(readSearch(runFilterSchema, writeSearch(runFilterSchema, filter))).toEqual(filter);
    expect(writeSearch(runFilterSchema, filterOf(''))).toBe('');
  });

  it('fall back where the URL is wrong, field by field', () => {
    expect(filterOf('kind=lab&status=bad&page=0&sort=colour&since=yesterday')).toEqual({
      ...filterOf(''),
      status: 'bad',
    });
  });

  it('are gone after clearing; the order stays', () => {
    const filter = filterOf('kind=nat-report&since=2026-11-01T00:00:00Z&sort=status&page=2');
    expect(isFiltered(filter)).toBe(true);
    const cleared = { ...filter, ...noFilter };
    expect(isFiltered(cleared)).toBe(false);
    expect(writeSearch(runFilterSchema, cleared)).toBe('sort=status');
  });

  it('become a query that the contract takes', () => {
    const query = queryOf(filterOf('kind=visit-report&path=relay&range=1h&page=2'), now);
    expect(runQuerySchema.parse(query)).toMatchObject({
      kind: 'visit-report',
      path: 'relay',
      since: '2026-11-20T11:00:00.000Z',
      limit: runsPerPage,
      offset: runsPerPage,
    });
  });

  it('carry what lies behind a bar, and drop a cause that nobody knows', () => {
    const text = 'path=mesh&link=l1&nat=untested&server=turn%3Aa&outcome=failed&cause=turn-401';
    const query = queryOf(filterOf(text), now);
    expect(runQuerySchema.parse(query)).toMatchObject({
      link: 'l1',
      nat: 'untested',
      server: 'turn:a',
      outcome: 'failed',
      cause: 'turn-401',
    });
    expect(isFiltered({ ...filterOf(text), ...noFilter })).toBe(false);
    expect(filterOf('cause=bad-luck&nat=cone').cause).toBeUndefined();
  });

  it('let a range win over fixed times', () => {
    const both = 'range=24h&since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z';
    const query = queryOf(filterOf(both), now);
    expect(query.since).toBe('2026-11-19T12:00:00.000Z');
    expect(query.until).toBeUndefined();
  });
});

describe('a fresh run in a cached page', () => {
  const list = { total: 2, runs: [run('b', 5), run('a', 9)] };

  it('comes first where the newest stand first', () => {
    const next = insertRun(list, filterOf(''), run('c', 0));
    expect(next?.runs.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
    expect(next?.total).toBe(3);
  });

  it('pushes the last one off a full page', () => {
    const full = {
      total: 60,
      runs: Array.from({ length: runsPerPage }, (_, index) => run(`r${index}`, index + 1)),
    };
    const next = insertRun(full, filterOf(''), run('c', 0));
    expect(next?.runs).toHaveLength(runsPerPage);
    expect(next?.total).toBe(61);
  });

  it('is counted once, however often it is announced', () => {
    expect(insertRun(list, filterOf(''), run('b', 5))).toBe(list);
  });

  it.each(['kind=nat-report', 'status=bad', 'path=relay', 'link=l1', 'visitor=v1'])(
    'stays out of a list of %s',
    (text) => {
      expect(insertRun(list, filterOf(text), run('c', 0))).toBe(list);
    },
  );

  it.each([
    'q=cone',
    'nat=symmetric',
    'outcome=failed',
    'cause=timeout',
    'server=turn:a',
    'since=2026-11-20T00:00:00Z',
    'sort=duration',
    'order=asc',
    'page=2',
  ])('makes the page ask again with %s', (text) => {
    expect(insertRun(list, filterOf(text), run('c', 0))).toBeNull();
  });

  it('makes the page ask again when it is older than what is shown', () => {
    expect(insertRun(list, filterOf(''), run('c', 30))).toBeNull();
  });
});
