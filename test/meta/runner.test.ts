import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeSkipped, describeTimes, skippedOnFullMachine, tallyRun } from '../runner/tally.mjs';
import { root } from './source-tree.ts';

const end = { kind: 'end', reason: 'passed' };
const lines = (...entries: object[]) => entries.map((entry) => JSON.stringify(entry)).join('\n');
const test = (state: string, more: object = {}) => ({
  kind: 'test',
  project: 'lab',
  file: 'test/lab/a.test.ts',
  name: 'a',
  state,
  ...more,
});

describe('the test runner’s sums', () => {
  it('counts passed, failed and skipped', () => {
    const text = lines(
      test('passed'),
      test('passed'),
      test('failed'),
      test('skipped', { reason: 'no IPv6' }),
      end,
    );
    const { passed, failed, skipped } = tallyRun(text, 1);
    expect([passed, failed, skipped.length]).toEqual([2, 1, 1]);
    expect(describeSkipped(skipped)).toEqual(['  1 × lab: no IPv6']);
  });

  it.each([
    ['a run that crashed', lines(test('passed')), 1],
    ['a run that wrote nothing', '', 0],
    ['an exit code that nothing explains', lines(test('passed'), end), 1],
    ['an error outside of any test', lines(test('passed'), { kind: 'error', message: 'boom' }, end), 1],
    ['a test that did not come to its end', lines(test('passed'), test('pending'), end), 0],
  ])('takes %s for a failure', (_name, text, exitCode) => {
    expect(tallyRun(text, exitCode).failed).toBe(1);
  });

  it('tells of second tries, and of too many of them as a failure', () => {
    const again = test('passed', { firstTry: 'too late' });
    const few = tallyRun(lines(again, again, again, end), 0);
    expect(few).toMatchObject({ passed: 3, failed: 0 });
    expect(few.secondTries[0]).toBe('test/lab/a.test.ts > a: too late');
    expect(tallyRun(lines(again, again, again, again, end), 0)).toMatchObject({ passed: 4, failed: 1 });
  });

  it('lets nothing of lab and web be skipped as root on Debian, and only there', () => {
    const { skipped } = tallyRun(lines(test('skipped'), end), 0);
    expect(skippedOnFullMachine(skipped, { isRoot: true, isDebian: true })).toContain('1 lab or web tests');
    expect(skippedOnFullMachine(skipped, { isRoot: false, isDebian: true })).toBeNull();
    expect(skippedOnFullMachine(skipped, { isRoot: true, isDebian: false })).toBeNull();
    expect(skippedOnFullMachine([], { isRoot: true, isDebian: true })).toBeNull();
  });

  it('tells where the time went: each project, then the longest files', () => {
    const file = (name: string, ms: number) => ({ kind: 'file', project: 'lab', file: name, ms });
    const { files, passed } = tallyRun(lines(file('short', 20), file('long', 61_000), end), 0);
    expect(passed).toBe(0);
    expect(describeTimes(files)).toEqual(['   61.0 s  lab: 2 files', '   61.0 s  long', '    0.0 s  short']);
  });

  it('the reporter records a failing test, a second try, a failing hook, a broken file and a reason', () => {
    expect(reportOf('test/meta/fixtures/reported.ts')).toEqual([
      ['passes', 'passed', undefined],
      ['is skipped', 'skipped', 'because of the moon'],
      ['passes at the second try', 'passed', expect.stringContaining('too early')],
      ['fails', 'failed', undefined],
      ['hook > never runs', 'skipped', undefined],
      ['hook', 'failed', 'the hook broke'],
    ]);
    expect(reportOf('test/meta/fixtures/broken.ts')).toEqual([['(file)', 'failed', 'does not load']]);
  });
});

/** Runs one fixture under a vitest of its own with our reporter; returns name, state and reason or first try per entry. */
function reportOf(fixture: string): [string, string, string | undefined][] {
  const script = `
    import { startVitest } from 'vitest/node';
    import Reporter from './test/runner/reporter.mjs';
    const vitest = await startVitest('test', [], {
      config: false, watch: false, include: ['${fixture}'], reporters: [new Reporter()],
    });
    await vitest.close();
    process.exit(0);`;
  const folder = mkdtempSync(join(tmpdir(), 'polynya-reporter-'));
  const file = join(folder, 'tally.jsonl');
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      env: { ...process.env, POLYNYA_TEST_TALLY: file },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map(
        (line) =>
          JSON.parse(line) as {
            kind: string;
            name: string;
            state: string;
            reason?: string;
            firstTry?: string;
          },
      )
      .filter(({ kind }) => kind === 'test')
      .map(({ name, state, reason, firstTry }) => [name, state, reason ?? firstTry]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
