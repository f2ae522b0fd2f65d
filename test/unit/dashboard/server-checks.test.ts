import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../contract/runs.ts';
import type { ServerView } from '../../../contract/servers.ts';
import type { TurnCheckState } from '../../../contract/turn-checks.ts';
import { newerState } from '../../../dashboard/src/live/newer-state.ts';
import { TurnCheckBoard } from '../../../dashboard/src/live/turn-check-board.ts';
import { namedRuns, trendFinding, trendsOf, trendTable } from '../../../dashboard/src/servers/check-trend.ts';
import { turnUrls } from '../../../dashboard/src/servers/turn-urls.ts';

function run(id: string, hour: number, uri: string, failed: number, warned = 0): RunSummary {
  const at = `2026-11-20T${String(hour).padStart(2, '0')}:00:00.000Z`;
  const counts = { failed, warned, skipped: 2, passed: 9 };
  return {
    id,
    kind: 'turn-report',
    at,
    storedAt: at,
    headline: { status: failed > 0 ? 'bad' : 'good', code: 'x', sentence: 'x' },
    nat: null,
    turn: { uri, transport: uri.startsWith('turns') ? 'tls' : 'udp', reached: true, counts, rttMs: 1.5 },
    source: uri,
    attempts: [],
    durationMs: 1,
    code: null,
    link: null,
    visitor: null,
  };
}

const state = (more: Partial<TurnCheckState>): TurnCheckState => ({
  id: 'c1',
  server: 's1',
  state: 'running',
  startedAt: '2026-11-20T10:00:00.000Z',
  uri: 'turn:a',
  urisDone: 0,
  uris: 2,
  checksDone: 0,
  checks: 100,
  runs: [],
  problems: [],
  ...more,
});

describe('the runs that an axis names', () => {
  it.each([
    [1, 5, [0]],
    [4, 9, [0, 1, 2, 3]],
    [7, 4, [0, 2, 4, 6]],
    [7, 2, [0, 6]],
    [8, 4, [0, 3, 6]],
    [7, 0, [0, 6]],
  ])('of %i, %i at most', (runs, most, named) => expect(namedRuns(runs, most)).toEqual(named));
});

describe('the history of checks', () => {
  // As the service gives it: newest first.
  const history = [
    run('r4', 12, 'turns:a', 0),
    run('r3', 11, 'turn:a', 1, 1),
    run('r2', 10, 'turns:a', 2),
    run('r1', 9, 'turn:a', 4),
  ];

  it('is a line for each URL, oldest first', () => {
    expect(trendsOf(history).map(({ uri, points }) => [uri, points.map(({ faults }) => faults)])).toEqual([
      ['turn:a', [4, 2]],
      ['turns:a', [2, 0]],
    ]);
  });

  it('is told in a sentence for each URL, and as a table', () => {
    expect(trendFinding(trendsOf(history))).toBe(
      'turn:a: 1 failed and 1 warned (4 and 0 the time before). turns:a: 0 failed and 0 warned (2 and 0 the time before).',
    );
    expect(trendFinding(trendsOf(history.slice(3)))).toContain('the first check');
    const table = trendTable(history);
    expect(table.rows).toHaveLength(4);
    for (const row of table.rows) expect(row).toHaveLength(table.columns.length);
    expect(table.rows[1]?.slice(1, 4)).toEqual(['turn:a', '1', '1']);
  });
});

describe('the URLs that can be checked', () => {
  it('are the TURN ones, each with its own newest check', () => {
    const server: ServerView = {
      id: 's1',
      label: 'Relay',
      urls: ['stun:a', ' turn:a ', 'turns:a', 'turn:a?transport=tcp'],
      username: null,
      auth: 'none',
      enabled: true,
      hasCredential: false,
      origin: 'screen',
      lastTest: null,
      lastChecks: [run('r4', 12, 'turns:a', 0), run('r3', 11, 'turn:a', 1)],
    };
    expect(turnUrls(server).map(({ uri, transport, check }) => [uri, transport, check?.id])).toEqual([
      ['turn:a', 'udp', 'r3'],
      ['turns:a', 'tls', 'r4'],
      ['turn:a?transport=tcp', 'tcp', undefined],
    ]);
  });
});

describe('progress of a check', () => {
  it('is the newest state, wherever it came from', () => {
    const early = state({ checksDone: 3 });
    const later = state({ checksDone: 50 });
    const second = state({ urisDone: 1, checksDone: 1 });
    const done = state({ state: 'done', runs: ['r1'] });
    const next = state({ id: 'c2', startedAt: '2026-11-20T11:00:00.000Z' });
    for (const [a, b, newer] of [
      [null, early, early],
      [early, later, later],
      [later, second, second],
      [second, done, done],
      [done, next, next],
    ] as const) {
      expect(newerState(a, b)).toBe(newer);
      expect(newerState(b, a)).toBe(newer);
    }
    expect(newerState(null, null)).toBeNull();
  });

  it('is kept per server, and listeners are told', () => {
    const board = new TurnCheckBoard();
    let told = 0;
    const stop = board.subscribe(() => {
      told += 1;
    });
    const check = state({});
    board.take({ type: 'turn-check', check });
    board.take({ type: 'servers-changed' });
    expect(board.latest('s1')).toBe(check);
    expect(board.latest('s2')).toBeNull();
    stop();
    board.take({ type: 'turn-check', check: state({ server: 's2' }) });
    expect(told).toBe(1);
  });
});
