import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chromiumCommand } from '../../../scenarios/io/participants/chromium.ts';
import { readProcesses, withDescendants } from '../../../scenarios/io/participants/process-table.ts';
import { ProcessorLog } from '../../../scenarios/io/participants/processor-log.ts';
import { markVariable, reap } from '../../../scenarios/io/participants/reap.ts';

const process_ = (pid: number, parent: number) => ({ pid, parent, ticks: 0 });

describe('the processes of a participant', () => {
  it('are found whatever their numbers', () => {
    const table = [process_(9, 5), process_(3, 9), process_(5, 1), process_(7, 1), process_(4, 3)];
    expect([...withDescendants(table, [5])].sort()).toEqual([3, 4, 5, 9]);
    expect([...withDescendants(table, [])]).toEqual([]);
  });

  it('are read from the kernel: this one and its child', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      await once(child, 'spawn');
      expect(withDescendants(readProcesses(), [process.pid])).toContain(child.pid);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('and their time is told of any window, of one that was not covered none', async () => {
    const log = new ProcessorLog();
    try {
      const startMs = Date.now();
      log.watch(process.pid);
      expect(log.percent(process.pid, startMs, startMs)).toBeNull();
      // Work until the kernel has counted some of it.
      const from = process.cpuUsage();
      while (process.cpuUsage(from).user < 200_000) Math.sqrt(Math.random());
      log.watch(process.pid);
      const percent = log.percent(process.pid, startMs, Date.now());
      expect(percent).toBeGreaterThan(5);
      expect(log.percent(1, startMs, Date.now())).toBeNull();
    } finally {
      log.close();
    }
  });

  it('end with all that hangs on them, and their files go', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'polynya-reap-'));
    mkdirSync(join(folder, 'p1'));
    writeFileSync(join(folder, 'p1', 'file'), '');
    const mark = `test-${process.pid}-${Date.now()}`;
    // Its child has an environment without the mark, as the helpers of browsers do.
    const inner = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { env: {} });
      process.stdout.write('started'); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, ['-e', inner], {
      env: { [markVariable]: mark },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    expect(await reap(mark, folder)).toBe(2);
    await ended;
    expect(existsSync(folder)).toBe(false);
    expect(await reap(mark, folder)).toBe(0);
  });
});

describe('the command line of Chromium', () => {
  const options = { program: 'chromium', profile: '/p', url: 'http://x/#t', trustedKey: null, isRoot: false };

  it('gives the sandbox up only where there is none to be had, and trusts one key at most', () => {
    expect(chromiumCommand(options)).not.toContain('--no-sandbox');
    expect(chromiumCommand(options).join(' ')).not.toContain('certificate');
    const more = chromiumCommand({ ...options, isRoot: true, trustedKey: 'abc=' });
    expect(more).toContain('--no-sandbox');
    expect(more).toContain('--ignore-certificate-errors-spki-list=abc=');
    expect(more.at(-1)).toBe(options.url);
  });
});
