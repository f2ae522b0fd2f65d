import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LiveRegion } from '../../../cli/live-region.ts';
import { type LoadProgress, loadLiveLines, secondsLeft } from '../../../cli/load-live.ts';
import type { Paint } from '../../../cli/style.ts';
import { sampleLoad } from '../sample-load.ts';

const plain: Paint = (_style, text) => text;
const screen = { columns: 80, rows: 24 };
const { profile, runs } = sampleLoad({
  limits: [3_000, 2_000],
  lateFrom: 3_000,
  profile: { runs: 3, ladder: { from: 1_000, to: 4_000 } },
}).body;
const ended = runs.flatMap(({ steps }, run) => steps.map((step) => ({ run, step })));

function progress(more: Partial<LoadProgress> = {}): LoadProgress {
  const now = { offer: { run: 1, offered: 1_563 }, elapsedSec: 12 };
  return { uri: 'turn:turn.example.org', profile, elapsedSec: 400, now, ended, ...more };
}

describe('what a terminal shows during a load', () => {
  it('where it is, for how long, and the steps of this run', () => {
    const lines = loadLiveLines(progress(), screen, plain);
    expect(lines.slice(0, 5)).toEqual([
      'Load on turn:turn.example.org, in packets/s each way',
      'run 2 of 3 · step 3 of 8 · 1,563 offered',
      expect.stringMatching(/^█{6}░{10} measuring, 19 s · up to 8 min left$/),
      'Runs before carried 2,441.',
      '',
    ]);
    expect(lines[5]?.trim().split(/\s+/)).toEqual([
      'offered',
      'carried',
      'lost',
      'p50',
      'p99',
      'late',
      'busy',
    ]);
    const shown = ended.filter(({ run }) => run === 1);
    expect(lines).toHaveLength(6 + shown.length);
    expect(lines[6]).toMatch(/1,000 +1,000 +carried +0 % +\d+ µs/);
  });

  it.each([
    [80, 24],
    [60, 10],
    [140, 8],
  ])('never more than %i columns or %i rows', (columns, rows) => {
    const uri = `turn:${'long.'.repeat(30)}example.org`;
    const lines = loadLiveLines(progress({ uri }), { columns, rows }, plain);
    expect(lines.length).toBeLessThan(rows);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it.each([
    [0, 'warming up, 31 s'],
    [5, 'measuring, 26 s'],
    [30.5, 'waiting for the last, 1 s'],
    [40, 'waiting for the last, 0 s'],
  ])('after %d s of a step: %s', (elapsedSec, words) => {
    const now = { offer: { run: 0, offered: 1_000 }, elapsedSec };
    expect(loadLiveLines(progress({ now }), screen, plain)[2]).toContain(words);
  });

  it('says so while allocations are made', () => {
    expect(loadLiveLines(progress({ now: null, ended: [] }), screen, plain)[1]).toBe('Allocating …');
  });

  it('time left: the rest of the step, of the run, of the runs; never beyond the limit of the profile', () => {
    // A step takes 5 + 25 + 1 s, a ladder of 8 has 248 s.
    const last = { offer: { run: 2, offered: 4_000 }, elapsedSec: 30 };
    expect(secondsLeft(progress({ now: last }))).toBe(1);
    expect(secondsLeft(progress())).toBe(31 - 12 + 5 * 31 + 248);
    expect(secondsLeft(progress({ elapsedSec: 3_590 }))).toBe(10);
  });
});

it('a live region takes back what it wrote, line by line, and leaves nothing', () => {
  const stream = new PassThrough({ encoding: 'utf8' });
  const region = new LiveRegion(stream as unknown as NodeJS.WriteStream);
  const written = () => String(stream.read() ?? '');
  region.draw(['one', 'two']);
  expect(written()).toBe('one\ntwo\n');
  region.draw(['three']);
  expect(written()).toBe('\u001b[2A\u001b[1G\u001b[0Jthree\n');
  region.clear();
  expect(written()).toBe('\u001b[1A\u001b[1G\u001b[0J');
  region.clear();
  expect(written()).toBe('');
});
