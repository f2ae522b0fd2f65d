/** Faults of `polynya turn serve`, and the package’s own door, as others use them: built (dist/). */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/cli/main.js');
const token = 'token-of-the-test';

const folder = mkdtempSync(join(tmpdir(), 'polynya-faults-'));
const config = join(folder, 'turn.yaml');
const faults = join(folder, 'faults.yaml');
const children: ChildProcess[] = [];
beforeAll(() => {
  if (!existsSync(built))
    spawnSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  writeFileSync(
    config,
    'listen: ["127.0.0.1:0"]\nrelay: {ports: [20000, 29999]}\nusers: {alice: correct-horse}\n',
  );
}, 120_000);
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function serve(...flags: string[]) {
  return spawnSync(process.execPath, [built, 'turn', 'serve', '--config', config, ...flags], {
    encoding: 'utf8',
    timeout: 20_000,
  });
}

it('--check-config judges the faults as well, with line and column', () => {
  writeFileSync(faults, 'faults:\n  - quota-reached\n  - on: incoming\n    do: explode\n');
  const wrong = serve('--faults', faults, '--check-config');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain(`${faults}:4:5: faults.1.do`);
  expect(serve('--faults', 'flaky-mobile', '--check-config').status).toBe(0);
  const unknown = serve('--faults', 'flaky-mobil', '--check-config');
  expect(unknown.status).toBe(2);
  expect(unknown.stderr).toContain('Profiles: coturn-4.6.1, ');
});

it('serves with faults, logs them, and lets them be changed over HTTP', async () => {
  writeFileSync(faults, 'faults: [server-error]\n');
  const args = ['turn', 'serve', '--config', config, '--faults', faults, '--fault-control', '127.0.0.1:0'];
  const server = spawn(process.execPath, [built, ...args], {
    env: { ...process.env, POLYNYA_FAULT_TOKEN: token },
  });
  children.push(server);
  let said = '';
  let logged = '';
  server.stderr.on('data', (chunk) => {
    logged += String(chunk);
  });
  while (!said.includes('Stop ')) said += String((await once(server.stdout, 'data'))[0]);
  expect(said).not.toContain(token);
  const port = /stun:127\.0\.0\.1:(\d+)/.exec(said)?.[1] ?? '';
  const url = /Faults {7}(\S+)/.exec(said)?.[1] ?? '';
  const bind = () => serveClient(port);
  expect(bind()).toContain('500');
  while (!logged.includes('"fault"')) await once(server.stderr, 'data');
  expect(JSON.parse(logged.split('\n')[0] ?? '')).toMatchObject({ event: 'fault', rule: 'server-error' });
  const cleared = await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
  expect(cleared.status).toBe(200);
  expect(bind()).not.toContain('500');
});

/** `polynya probe` at the server; what it says. */
function serveClient(port: string): string {
  const probe = spawnSync(process.execPath, [built, 'probe', `stun:127.0.0.1:${port}`, '--json'], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return /"code":\s*"stun-500"/.test(probe.stdout) ? '500' : probe.stdout.slice(0, 200);
}

it('the package exports polynya/turn', () => {
  const program = `import { faultyTurn } from 'polynya/turn';
    const turn = await faultyTurn({ faults: 'full-server' });
    console.log(turn.uris.udp, turn.faults.tallies[0].name);
    await turn.close();`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.stdout).toMatch(/^turn:127\.0\.0\.1:\d+\?transport=udp insufficient-capacity\n$/);
});
