import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../probe/io/run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'polynya-program-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Node program; `process.execPath` is the one program that is surely there. */
function run(
  source: string,
  { timeoutMs = 20_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const file = join(folder, 'program.mjs');
  writeFileSync(file, source);
  return runProgram(process.execPath, [file], { timeoutMs, signal });
}

describe('runProgram', () => {
  it('gives what a program prints, in the C locale and without waiting for input', async () => {
    const source = 'process.stdin.on("end", () => console.log(process.env.LC_ALL)).resume()';
    expect(await run(source)).toEqual({ stdout: 'C\n', problem: null });
  });

  it('keeps what was printed before a program failed', async () => {
    const failed = await run('console.log("half"); process.exitCode = 3');
    expect(failed).toEqual({ stdout: 'half\n', problem: expect.stringMatching(/ended with 3$/) });
  });

  it('stops a program that takes too long, whatever it thinks of that', async () => {
    const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)';
    const { problem } = await run(stubborn, { timeoutMs: 300 });
    expect(problem).toMatch(/was stopped$/);
  });

  it('ends with its caller', async () => {
    const abort = new AbortController();
    const running = run('setInterval(() => {}, 1000)', { signal: abort.signal });
    abort.abort();
    expect((await running).problem).not.toBeNull();
  });

  it('a flood is cut off', async () => {
    const { stdout, problem } = await run('process.stdout.write("a".repeat(10_000_000))');
    expect(stdout.length).toBeLessThanOrEqual(64 * 1024);
    expect(problem).not.toBeNull();
  });

  it('a program that is not there is named', async () => {
    const missing = await runProgram('polynya-no-such-program', [], { timeoutMs: 1_000, signal: undefined });
    expect(missing).toEqual({ stdout: '', problem: 'polynya-no-such-program is not installed' });
  });
});
