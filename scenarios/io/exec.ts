import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The only door to child processes of this folder. */
export interface ExecOptions {
  readonly stdin?: string | null;
  /** Default 10 000. The command is killed then and `timedOut` is set. */
  readonly timeoutMs?: number;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface ExecResult {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface BackgroundOptions extends Omit<ExecOptions, 'timeoutMs'> {
  /** Called with every line on its stdout; its stdin then stays open. */
  readonly onLine?: (line: string) => void;
}

/** What was started, for logs and dry runs. */
export type ExecLog = (argv: readonly string[], result: ExecResult | null) => void;

/** A long-running command. It leads a process group of its own and is stopped with all its children. */
export interface Running {
  readonly argv: readonly string[];
  readonly pid: number | undefined;
  /** Writes to its stdin; only where `onLine` was given, which keeps stdin open. */
  write(text: string): void;
  /** Everything it has written so far, at most the last 256 kB of each. */
  stdout(): string;
  stderr(): string;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /**
   * Resolves with the first match in what it writes to stdout or stderr.
   * @throws Error when it ends or `timeoutMs` passes before; the message carries its output
   */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpMatchArray>;
  /** SIGTERM, then SIGKILL after `graceMs` (default 2 000); resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

const keptOutput = 262_144;
/** From the end of a command to the end of its output, where others write into it as well. */
const outputGraceMs = 1_000;

/** Runs a command to its end. It never rejects: a program that is not there is `code: 127`, as in a shell. */
export async function run(
  argv: readonly string[],
  options: ExecOptions = {},
  log?: ExecLog,
): Promise<ExecResult> {
  const startedMs = performance.now();
  log?.(argv, null);
  const { child, output, ended } = start(argv, options);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child, 'SIGKILL');
  }, options.timeoutMs ?? 10_000);
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin ?? '');
  const { code, signal } = await ended;
  clearTimeout(timer);
  const result: ExecResult = {
    code,
    signal,
    stdout: output.stdout(),
    stderr: output.stderr(),
    timedOut,
    durationMs: performance.now() - startedMs,
  };
  log?.(argv, result);
  return result;
}

/** Starts a command that goes on by itself; the caller stops it. */
export function runInBackground(argv: readonly string[], options: BackgroundOptions = {}): Running {
  const { child, output, ended } = start(argv, options);
  child.stdin?.on('error', () => {});
  const { onLine } = options;
  if (onLine === undefined) child.stdin?.end(options.stdin ?? '');
  else if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onLine);
  const write = (text: string) => void child.stdin?.write(text);
  let over = false;
  void ended.then(() => {
    over = true;
  });

  const waitFor = (pattern: RegExp, timeoutMs: number) =>
    new Promise<RegExpMatchArray>((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        child.stdout?.off('data', look);
        child.stderr?.off('data', look);
        finish();
      };
      const fail = (why: string) =>
        settle(() =>
          reject(new Error(`${argv.join(' ')} ${why}\n${output.stdout()}${output.stderr()}`.trim())),
        );
      const look = () => {
        const match = output.stdout().match(pattern) ?? output.stderr().match(pattern);
        if (match !== null) settle(() => resolve(match));
      };
      const timer = setTimeout(() => fail(`did not write ${pattern} within ${timeoutMs} ms`), timeoutMs);
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      void ended.then(({ code, signal }) => fail(`ended with ${signal ?? `code ${code}`}`));
      look();
    });

  const stop = async (graceMs = 2_000) => {
    if (!over) killGroup(child, 'SIGTERM');
    const timer = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
    // Children that outlived their leader.
    killGroup(child, 'SIGKILL');
  };

  return { argv, pid: child.pid, write, stdout: output.stdout, stderr: output.stderr, ended, waitFor, stop };
}

/** For exit handlers, where nothing asynchronous runs any more. */
export function runNow(
  argv: readonly string[],
  stdin: string | null = null,
): { code: number | null; stdout: string } {
  const [file = '', ...rest] = argv;
  const result = spawnSync(file, rest, { input: stdin ?? '', timeout: 10_000, encoding: 'utf8' });
  return { code: result.status, stdout: result.stdout ?? '' };
}

function start(argv: readonly string[], options: ExecOptions) {
  const [file = '', ...rest] = argv;
  const child = spawn(file, rest, {
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that a signal reaches what the command has started, and Ctrl-C reaches only us.
    detached: true,
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let startFailure = '';
  const written = collect(child.stderr);
  const output = { stdout: collect(child.stdout), stderr: () => written() + startFailure };
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', (error) => {
      startFailure = `${error.message}\n`;
      resolve({ code: 127, signal: null });
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
    // What it has started may live on, with its output in hand, and would keep it from closing for ever.
    child.once('exit', (code, signal) => setTimeout(resolve, outputGraceMs, { code, signal }).unref());
  });
  return { child, output, ended };
}

function collect(stream: Readable | null): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptOutput);
  });
  return () => text;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}
