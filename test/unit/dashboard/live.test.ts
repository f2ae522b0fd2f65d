import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { operations } from '../../../contract/api.ts';
import { buildUrl } from '../../../dashboard/src/api/build-url.ts';
import { backoffMs } from '../../../dashboard/src/live/backoff.ts';
import { liveUrl } from '../../../dashboard/src/live/live-address.ts';
import { noProgress, ProbeBoard } from '../../../dashboard/src/live/probe-board.ts';
import { Seldom } from '../../../dashboard/src/live/seldom.ts';

describe('reconnecting', () => {
  it('waits longer each time, up to a limit, never at the same moment as everybody else', () => {
    const least = [0, 1, 2, 3, 4, 5, 20].map((attempt) => backoffMs(attempt, 0));
    const most = [0, 1, 2, 3, 4, 5, 20].map((attempt) => backoffMs(attempt, 1));
    expect(least).toEqual([250, 500, 1000, 2000, 4000, 7500, 7500]);
    expect(most).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
  });

  it('speaks TLS where the page does', () => {
    expect(liveUrl({ protocol: 'https:', host: 'polynya.example:8443' }, null)).toBe(
      'wss://polynya.example:8443/ws/live',
    );
    expect(liveUrl({ protocol: 'http:', host: '127.0.0.1:7478' }, 'p1')).toBe(
      'ws://127.0.0.1:7478/ws/live?project=p1',
    );
  });
});

describe('progress of probes', () => {
  const step = (probe: string, atMs: number) =>
    ({ type: 'probe-progress', probe, step: { step: 'nat', message: 'asking', atMs } }) as const;

  it('is kept per probe, also before anybody asks for it', () => {
    const board = new ProbeBoard();
    let told = 0;
    board.subscribe(() => {
      told += 1;
    });
    board.take(step('p1', 1));
    board.take(step('p2', 2));
    board.take(step('p1', 3));
    board.take({ type: 'probe-ended', probe: 'p1', run: 'r1', error: null });
    expect(board.progress('p1')).toMatchObject({ steps: [{ atMs: 1 }, { atMs: 3 }], ended: { run: 'r1' } });
    expect(board.progress('p2').ended).toBeNull();
    expect(told).toBe(4);
  });

  it('gives the same object until something changes, as React needs it', () => {
    const board = new ProbeBoard();
    board.take(step('p1', 1));
    expect(board.progress('p1')).toBe(board.progress('p1'));
    expect(board.progress(null)).toBe(noProgress);
  });

  it('forgets old probes', () => {
    const board = new ProbeBoard();
    for (let probe = 0; probe < 25; probe += 1) board.take(step(`p${probe}`, 1));
    expect(board.progress('p0')).toBe(noProgress);
    expect(board.progress('p24').steps).toHaveLength(1);
  });
});

describe('URLs of operations', () => {
  it('fill path and query, and escape both', () => {
    expect(buildUrl(operations.getRun.path, { id: 'a/b' })).toBe('/api/runs/a%2Fb');
    expect(buildUrl(operations.listRuns.path, {}, { q: 'a b&c', kind: undefined, limit: 5 })).toBe(
      '/api/runs?q=a+b%26c&limit=5',
    );
  });
});

describe('what is asked for often', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is done at once, then at most once in a while, and never forgotten', () => {
    const act = vi.fn();
    const seldom = new Seldom(2000, act);
    for (let time = 0; time < 5; time += 1) seldom.ask();
    expect(act).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(2000);
    expect(act).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(10_000);
    expect(act).toHaveBeenCalledTimes(2);
    seldom.ask();
    expect(act).toHaveBeenCalledTimes(3);
  });

  it('is done no more once it was stopped', () => {
    const act = vi.fn();
    const seldom = new Seldom(2000, act);
    seldom.ask();
    seldom.ask();
    seldom.stop();
    vi.advanceTimersByTime(10_000);
    expect(act).toHaveBeenCalledTimes(1);
  });
});
