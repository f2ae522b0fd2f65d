/** The only door to child processes of this folder: programs of the operating system that only look. */
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';

export interface ProgramOutput {
  /** What it printed, even when it was stopped. */
  readonly stdout: string;
  /** Why it did not end well; null: it did. */
  readonly problem: string | null;
}

export interface ProgramLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const maxOutputBytes = 64 * 1024;

/** Never rejects. No shell is involved. */
export function runProgram(
  program: string,
  args: readonly string[],
  limits: ProgramLimits,
): Promise<ProgramOutput> {
  // Network tools live in sbin, which is not in every user’s PATH.
  const path = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].filter(Boolean).join(delimiter);
  const options = {
    timeout: limits.timeoutMs,
    maxBuffer: maxOutputBytes,
    killSignal: 'SIGKILL',
    env: { ...process.env, PATH: path, LC_ALL: 'C' },
    ...(limits.signal !== undefined && { signal: limits.signal }),
  } as const;
  return new Promise((done) => {
    const child = execFile(program, args, options, (error, stdout) => {
      if (error === null) done({ stdout, problem: null });
      else if (error.code === 'ENOENT') done({ stdout, problem: `${program} is not installed` });
      else if (error.killed === true) done({ stdout, problem: `${program} was stopped` });
      else done({ stdout, problem: `${program} ended with ${String(error.code)}` });
    });
    child.stdin?.end();
  });
}
