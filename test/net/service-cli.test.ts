/**
 * `polynya serve` as a process: what it prints, its exit codes, and how it ends. Runs the built command (dist/); the
 * standard test command builds it first.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/cli/main.js');

let folder: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  if (!existsSync(built))
    spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (!existsSync(built)) throw new Error('dist/cli/main.js could not be built: npm run build:node');
}, 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-cli-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function serve(...args: string[]) {
  const store = ['--store', join(folder, 'runs.sqlite')];
  const child = spawn(process.execPath, [built, 'serve', ...store, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    out.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    out.stderr += String(chunk);
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  /** Resolves when the service has said how to stop it, the last thing that it prints at its start. */
  const started = async (): Promise<void> => {
    while (!out.stdout.includes('Stop ')) {
      await Promise.race([once(child.stdout, 'data'), ended]);
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${out.stderr}`);
    }
  };
  return { child, out, ended, started };
}

describe('npm start', () => {
  it('hands a signal on to the service, so that nothing keeps running behind npm', async () => {
    // Scripts off: `prestart` would build, and other tests use dist/.
    const options = ['--ignore-scripts', '--', '--port', '0', '--stun-port', '0', '--store', ':memory:'];
    const npm = spawn('npm', ['start', ...options], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(npm);
    let stdout = '';
    npm.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    while (!stdout.includes('Stop ')) await once(npm.stdout, 'data');
    const url = /Dashboard +(\S+)/.exec(stdout)?.[1] ?? '';
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    npm.kill('SIGTERM');
    expect(await once(npm, 'close')).toEqual([0, null]);
    expect(stdout).toContain('Stopping');
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

describe('polynya serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says where it is and ends cleanly at %s', async (signal) => {
    const { child, out, ended, started } = serve('--port', '0', '--stun-port', '0');
    await started();
    const url = /^Dashboard +(http:\/\/127\.0\.0\.1:\d+)$/m.exec(out.stdout)?.[1];
    expect(out.stdout).toMatch(/^STUN server +stun:127\.0\.0\.1:\d+$/m);
    expect(out.stdout).toMatch(/^Stop +Ctrl\+C$/m);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(out.stderr).toBe('');
  });

  it('opens to the LAN with --listen, and then has a token', async () => {
    const { child, out, ended, started } = serve('--listen', '--port', '0', '--no-stun');
    await started();
    expect(out.stdout).toMatch(/^Admin token +[\w-]{32}$/m);
    expect(out.stdout).toMatch(/^STUN server +off$/m);
    const url = /^Dashboard +(\S+)$/m.exec(out.stdout)?.[1];
    expect((await fetch(`${url}/api/runs`)).status).toBe(401);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('ends with 2 at a wrong configuration, naming the line', async () => {
    const file = join(folder, 'polynya.yaml');
    writeFileSync(file, 'port: 0\nstun:\n  prot: 1\n');
    const { out, ended } = serve('--config', file);
    expect((await ended).code).toBe(2);
    expect(out.stderr).toContain(`${file}:3: stun.prot: there is no such key`);
    expect(out.stderr).toContain('docs/configuration.md');
    expect(out.stdout).toBe('');
  });

  it('ends with 2 at an option that does not exist or contradicts another', async () => {
    expect((await serve('--prot', '1').ended).code).toBe(2);
    expect((await serve('--port', '70000').ended).code).toBe(2);
    expect((await serve('--host', '127.0.0.1', '--listen').ended).code).toBe(2);
  });

  it('ends with 3 when the port is taken, and says what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const address = taken.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const { out, ended } = serve('--port', String(port), '--stun-port', '0');
      expect((await ended).code).toBe(3);
      expect(out.stderr).toContain(`127.0.0.1:${port}`);
      expect(out.stderr).toContain('--port');
      expect(out.stderr).not.toMatch(/^\s+at /m);
    } finally {
      taken.close();
    }
  });
}, 60_000);
