/** Child processes of the service: each holds what may crash, and ends with the service. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How long a process that was told to go may take. */
const killAfterMs = 1_000;

/**
 * Forks a compiled file of `service/`, named without its ending. Run from TypeScript sources (the tests do), a fork
 * cannot load the `.ts` file on Node 20, so the build’s output is used. Null: `npm run build:node` has not been run.
 */
export function forkService(name: string): ChildProcess | null {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = fileURLToPath(new URL(`${fromSource ? '../dist/service/' : './'}${name}.js`, import.meta.url));
  if (!existsSync(file)) return null;
  return fork(file, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    env: withoutSecrets(process.env),
  });
}

/** What native code under the hands of strangers has no business with: the keys of the service, of PostgreSQL, of a cloud. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = Object.keys(environment).filter((name) => !/token|secret|passw|credential|key/i.test(name));
  return Object.fromEntries(names.map((name) => [name, environment[name]]));
}

/** Calls back once, however the process ends. */
export function whenEnded(child: ChildProcess, what: string, onEnd: (reason: string) => void): void {
  let ended = false;
  const end = (reason: string): void => {
    if (!ended) onEnd(reason);
    ended = true;
  };
  child.on('error', (error) => end(error.message));
  child.on('exit', (code, signal) => end(`${what} ended (${signal ?? `exit code ${code}`})`));
}

/** Tells the process to go, and resolves when it is gone. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill('SIGKILL');
  });
}

/** In the child: ends with the service, however that ends, and leaves Ctrl+C to it. */
export function endWithService(): void {
  // Not process.exit(): it would wait for the threads of the native library, a second or more.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl+C reaches the whole process group; the service decides when this process ends.
  process.on('SIGINT', () => undefined);
}
