/**
 * `polynya turn serve` as a process: what it prints and logs, its exit codes, its signals. Runs the built command
 * (dist/); the standard test command builds it first.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../stun/endpoint.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import { run } from './turn-stage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/cli/main.js');
const password = 'correct-horse-battery';

let folder: string;
let file: string;
const children: ChildProcess[] = [];
beforeAll(() => {
  if (!existsSync(built))
    spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (!existsSync(built)) throw new Error('dist/cli/main.js could not be built: npm run build:node');
}, 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-turn-'));
  file = join(folder, 'turn.yaml');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function config(users: string, more = ''): void {
  const listen = 'listen: ["127.0.0.1:0"]\nmetrics: "127.0.0.1:0"\nrelay: {ports: [20000, 29999]}\n';
  writeFileSync(file, `${listen}users: {${users}}\n${more}`);
}

class Process {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [built, 'turn', 'serve', ...args], { cwd: folder });
    children.push(this.child);
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk);
    });
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += String(chunk);
    });
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Resolves when that has been written. */
  async said(stream: 'stdout' | 'stderr', wanted: string): Promise<void> {
    const { child } = this;
    while (!this[stream].includes(wanted)) {
      const more = child[stream] === null ? this.ended : once(child[stream], 'data');
      await Promise.race([more, this.ended]);
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended && !this[stream].includes(wanted)) {
        throw new Error(`ended with ${child.exitCode ?? child.signalCode}: ${this.stdout}${this.stderr}`);
      }
    }
  }

  endpoint(): Endpoint {
    const port = Number(/turn:127\.0\.0\.1:(\d+)\?transport=udp/.exec(this.stdout)?.[1]);
    return { address: '127.0.0.1', port };
  }
}

async function serve(): Promise<Process> {
  const server = new Process('--config', file);
  await server.said('stdout', 'Stop ');
  return server;
}

async function allocate(server: Endpoint, username: string): Promise<AllocationEvent[]> {
  const random = (size: number): Uint8Array => randomBytes(size);
  const credentials = { username, password };
  const releaseAfterAllocate = true;
  return run(
    new AllocationClient({
      server,
      transport: 'udp',
      family: 'ipv4',
      credentials,
      random,
      releaseAfterAllocate,
    }),
  );
}

const worked = (events: readonly AllocationEvent[]): boolean =>
  events.some(({ kind }) => kind === 'allocated');

describe('polynya turn serve', () => {
  it('prints its URIs, serves, counts, logs without secrets, and ends at SIGINT', async () => {
    config(`alice: ${password}`);
    const server = await serve();
    expect(server.stdout).toMatch(/^TURN server {2}turn:127\.0\.0\.1:\d+\?transport=udp$/m);
    expect(server.stdout).toMatch(/^STUN server {2}stun:127\.0\.0\.1:\d+$/m);
    expect(worked(await allocate(server.endpoint(), 'alice'))).toBe(true);
    const url = /Metrics {6}(\S+)/.exec(server.stdout)?.[1] ?? '';
    const metrics = await (await fetch(url)).text();
    expect(metrics).toContain('polynya_turn_allocations_total{transport="udp"} 1');
    expect(metrics).toContain('polynya_turn_released_total{reason="refresh"} 1');
    expect((await fetch(new URL('/', url))).status).toBe(404);
    server.child.kill('SIGINT');
    expect(await server.ended).toBe(0);
    const events = server.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).event);
    expect(events).toEqual(['allocated', 'released']);
    expect(server.stderr + server.stdout + metrics).not.toContain(password);
  });

  it('SIGHUP takes over users; a file with a mistake changes nothing', async () => {
    config(`alice: ${password}`);
    const server = await serve();
    config(`bob: ${password}`);
    server.child.kill('SIGHUP');
    await server.said('stderr', 'configuration read again');
    expect(worked(await allocate(server.endpoint(), 'bob'))).toBe(true);
    expect(worked(await allocate(server.endpoint(), 'alice'))).toBe(false);
    config(`carol: ${password}`, 'relam: oops\n');
    server.child.kill('SIGHUP');
    await server.said('stderr', 'configuration not taken over');
    expect(server.stderr).toContain('turn.yaml:5:1: relam: there is no such key');
    expect(worked(await allocate(server.endpoint(), 'bob'))).toBe(true);
  });

  it('SIGTERM refuses new allocations and waits for the one that lives', async () => {
    config(`alice: ${password}`);
    const server = await serve();
    const random = (size: number): Uint8Array => randomBytes(size);
    const credentials = { username: 'alice', password };
    const held = new AllocationClient({
      server: server.endpoint(),
      transport: 'tcp',
      family: 'ipv4',
      credentials,
      random,
    });
    const stop = new AbortController();
    let refused = true;
    const running = run(held, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind !== 'allocated') return;
        server.child.kill('SIGTERM');
        void server
          .said('stdout', 'Stopping')
          .then(() => allocate(server.endpoint(), 'alice'))
          .then((events) => {
            refused = !worked(events);
            stop.abort('released');
          });
      },
    });
    await expect(running).rejects.toBe('released');
    expect(refused).toBe(true);
    expect(await server.ended).toBe(0);
  });

  it('without users and secret it says that nobody can allocate', async () => {
    config('');
    const server = await serve();
    expect(server.stdout).toContain('nobody can allocate');
  });
});

describe('exit codes', () => {
  it('--check-config: 0 for a right file, 2 with line, column and did-you-mean for a wrong one', async () => {
    config(`alice: ${password}`);
    const right = new Process('--config', file, '--check-config');
    expect([await right.ended, right.stdout]).toEqual([0, `${file} is right.\n`]);
    config(`alice: ${password}`, 'relam: oops\n');
    const wrong = new Process('--config', file, '--check-config');
    expect(await wrong.ended).toBe(2);
    expect(wrong.stderr).toContain(`${file}:5:1: relam: there is no such key\nDid you mean relay or realm?`);
    const missing = new Process('--config', join(folder, 'gone.yaml'));
    expect(await missing.ended).toBe(2);
    expect(missing.stderr).toContain('gone.yaml: ENOENT');
  });

  it('3 where the port is taken', async () => {
    config(`alice: ${password}`);
    const first = await serve();
    writeFileSync(file, `listen: ["127.0.0.1:${first.endpoint().port}"]\n`);
    const second = new Process('--config', file);
    expect(await second.ended).toBe(3);
    expect(second.stderr).toContain('EADDRINUSE');
  });
});
