import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { readTargets } from '../../../cli/read-targets.ts';
import { credentialsOf } from '../../../probe/target.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-targets-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function iceServers(value: unknown): string {
  const file = join(folder, 'ice.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

async function problemOf(run: () => Promise<unknown>): Promise<CommandError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

describe('targets from arguments', () => {
  it('take credentials from flags before the environment', async () => {
    vi.stubEnv('POLYNYA_TURN_USERNAME', 'env-user');
    vi.stubEnv('POLYNYA_TURN_CREDENTIAL', 'env-pass');
    const [fromEnv] = await readTargets(['turn:a.example'], {});
    const [fromFlags] = await readTargets(['turn:a.example'], { username: 'u', credential: 'p' });
    expect(fromEnv && credentialsOf(fromEnv, 0)).toEqual({ username: 'env-user', password: 'env-pass' });
    expect(fromFlags && credentialsOf(fromFlags, 0)).toEqual({ username: 'u', password: 'p' });
  });

  it('make ephemeral credentials from a secret that last ten minutes', async () => {
    const [target] = await readTargets(['turn:a.example'], { secret: 's', username: 'carol' });
    expect(target && credentialsOf(target, 1000.9)?.username).toBe('1600:carol');
  });

  it('name the wrong URI and how to write it, with exit code 2', async () => {
    const problem = await problemOf(() => readTargets(['http://a.example'], {}));
    expect(problem.code).toBe(2);
    expect(problem.message).toContain('http://a.example');
    expect(problem.next).toContain('turn:HOST');
  });

  it('never repeat a password that was written into a URI', async () => {
    const problem = await problemOf(() => readTargets(['turn:user:hunter2@a.example'], {}));
    expect(problem.message + problem.next).not.toContain('hunter2');
  });

  it('ask for a server when there is none', async () => {
    expect((await problemOf(() => readTargets([], {}))).next).toContain('polynya probe stun:');
  });
});

describe('targets from an RTCIceServer file', () => {
  it('read urls as text or list, with credentials of their own', async () => {
    const file = iceServers([
      { urls: 'stun:a.example' },
      { urls: ['turn:b.example', 'turns:b.example:443?transport=tcp'], username: 'u', credential: 'p' },
    ]);
    const targets = await readTargets([], { iceServers: file });
    expect(targets.map((t) => t.uri.text)).toEqual([
      'stun:a.example',
      'turn:b.example',
      'turns:b.example:443?transport=tcp',
    ]);
    expect(targets.map((t) => t.username)).toEqual([undefined, 'u', 'u']);
  });

  it('accept the object that apps keep them in', async () => {
    const file = iceServers({ iceServers: [{ urls: 'stun:a.example' }] });
    expect(await readTargets([], { iceServers: file })).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', 'is not JSON'],
    ['wrong type', [{ urls: 5 }], '0.urls'],
    ['no list', { servers: [] }, 'top level'],
    ['bad URI inside', [{ urls: 'ftp:a' }], 'entry 1'],
  ])('say what is wrong: %s', async (_, value, words) => {
    const problem = await problemOf(() => readTargets([], { iceServers: iceServers(value) }));
    expect(problem.code).toBe(2);
    expect(problem.message).toContain(words);
  });

  it('say when the file is missing', async () => {
    expect(
      (await problemOf(() => readTargets([], { iceServers: join(folder, 'none.json') }))).message,
    ).toContain('cannot be read');
  });
});
