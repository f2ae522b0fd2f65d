/**
 * The end of what a comparison starts. A process of its own waits for the end of its input, which comes when the
 * comparison closes it, and also when the comparison is killed in whatever way.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markVariable, reap } from '../../scenarios/io/participants/reap.ts';

export class Reaper {
  /** Everything that a comparison writes is in it, and goes with it. */
  readonly folder: string;
  readonly #child: ChildProcess;
  /** Of this process, as they were before. */
  readonly #environment = { mark: process.env[markVariable], folder: process.env['TMPDIR'] };

  /**
   * From now on every process that this one starts is ended with it, and temporary files lie in {@link folder}.
   *
   * @param command this program, as it is started
   */
  constructor(command: readonly string[]) {
    const mark = randomBytes(12).toString('hex');
    this.folder = mkdtempSync(join(tmpdir(), 'polynya-compare-'));
    const [program = '', ...rest] = command;
    this.#child = spawn(program, [...rest, 'compare', 'reap', mark, this.folder], {
      // A group of its own: Ctrl-C ends the comparison, and so in the end the reaper.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#child.unref();
    process.env[markVariable] = mark;
    process.env['TMPDIR'] = this.folder;
  }

  /** Resolves when all is gone. */
  async close(): Promise<void> {
    restore(markVariable, this.#environment.mark);
    restore('TMPDIR', this.#environment.folder);
    if (this.#child.exitCode !== null) return;
    this.#child.ref();
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await ended;
  }
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** The reaper’s own part. */
export async function reapAtEndOfInput(mark: string, folder: string): Promise<void> {
  process.stdin.resume();
  await once(process.stdin, 'close');
  await reap(mark, folder);
}
