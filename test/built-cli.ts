/** The built command line, as users run it; `npm test` builds it first. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const builtCli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** @throws Error that says what builds it, where it is missing */
export function requireBuilt(): void {
  if (!existsSync(builtCli)) throw new Error(`${builtCli} is missing: run "npm run build:node" first`);
}

export interface Ended {
  readonly pid: number;
  /** -1: a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Beside the environment of the tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** 20 000 unless given. */
  readonly timeoutMs?: number;
}

/** Runs the command to its end; its words are English and without colours, wherever the tests run. */
export function runCli(
  args: readonly string[],
  { env = {}, timeoutMs = 20_000 }: RunOptions = {},
): Promise<Ended> {
  const options = {
    timeout: timeoutMs,
    env: { ...process.env, LC_ALL: 'C', NO_COLOR: '1', ...env },
    maxBuffer: 64 * 2 ** 20,
  };
  return new Promise((done) => {
    const child = execFile(process.execPath, [builtCli, ...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      done({ pid: child.pid ?? 0, code, stdout, stderr });
    });
  });
}
