/** Another command of this program, in a process of its own, heard line by line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { builtCommand } from '../../service/release.ts';

export interface ChildLines {
  write(line: string): void;
  /** Resolves with its exit code when it is gone; -1: a signal. */
  readonly ended: Promise<number>;
  kill(): void;
}

/** How long a program that was told to go may take. */
const killAfterMs = 3_000;

export function startChild(args: readonly string[], onLine: (line: string) => void): ChildLines {
  const child: ChildProcess = spawn(process.execPath, [builtCommand, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // The terminal’s Ctrl-C is for the agent, which lets it end what it does.
    detached: true,
  });
  const { stdin, stdout } = child;
  stdin?.on('error', () => {});
  if (stdout !== null) createInterface({ input: stdout }).on('line', onLine);
  const ended = new Promise<number>((done) => {
    child.once('error', () => done(-1));
    child.once('close', (code) => done(code ?? -1));
  });
  return {
    ended,
    write: (line) => stdin?.write(`${line}\n`),
    kill: () => {
      stdin?.end();
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      void ended.then(() => clearTimeout(late));
    },
  };
}
