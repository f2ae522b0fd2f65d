/** The commands of the systemd units, run as systemd would run them: with folders of their own in the environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtCli, requireBuilt, runCli } from '../built-cli.ts';
import { sampleVisit } from '../unit/service/sample-reports.ts';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));
const program = /^\/usr\/bin\/node (--\S+ )*\/opt\/polynya\/dist\/cli\/main\.js /;

let folder: string;
let child: ChildProcess | null = null;
beforeAll(requireBuilt);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-units-'));
  mkdirSync(join(folder, 'state'));
  mkdirSync(join(folder, 'polynya-backup'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  child = null;
  rmSync(folder, { recursive: true, force: true });
});

/** Arguments of the command line of a unit, with the folders that systemd makes. */
function argumentsOf(unit: string, key = 'ExecStart'): string[] {
  const text = readFileSync(join(deploy, 'systemd', unit), 'utf8');
  const line = new RegExp(`^${key}=(.+)$`, 'm').exec(text)?.[1] ?? '';
  expect(line).toMatch(program);
  return line
    .replace(program, '')
    .replaceAll(/\$\{CREDENTIALS_DIRECTORY\}/g, folder)
    .replaceAll(/\$\{STATE_DIRECTORY\}/g, join(folder, 'state'))
    .replaceAll('/etc/polynya', folder)
    .replaceAll('/var/lib/polynya/', `${join(folder, 'state')}/`)
    .replaceAll('/var/lib/polynya-backup', join(folder, 'polynya-backup'))
    .split(' ');
}

/** Starts it on free ports of loopback; gives the address of the dashboard. */
async function serve(): Promise<string> {
  const elsewhere = ['--host', '127.0.0.1', '--port', '0', '--stun-port', '0'];
  const env = { ...process.env, POLYNYA_ADMIN_TOKEN: 'correct-horse-battery-staple' };
  const args = [builtCli, ...argumentsOf('polynya-serve.service'), ...elsewhere];
  child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  if (child.stdout === null) throw new Error('no stdout');
  let said = '';
  while (!said.includes('Stop ')) said += String((await once(child.stdout, 'data'))[0]);
  return /^Dashboard +(\S+)$/m.exec(said)?.[1] ?? '';
}

describe('the systemd units', () => {
  it('serve with the configuration that comes along, and back up the store that they serve from', async () => {
    copyFileSync(join(deploy, 'polynya.yaml'), join(folder, 'polynya.yaml'));
    const url = await serve();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(sampleVisit());
    expect((await fetch(`${url}/api/reports`, { method: 'POST', headers, body })).status).toBe(200);
    const { code, stdout } = await runCli(argumentsOf('polynya-backup.service'));
    expect([code, stdout]).toEqual([0, expect.stringContaining(': 1 reports, ')]);
    expect(readdirSync(join(folder, 'polynya-backup'))).toHaveLength(1);
  });

  it('judge the configuration of the TURN server before it starts', async () => {
    const file = join(folder, 'turn.yaml');
    const check = () =>
      runCli(argumentsOf('polynya-turn.service', 'ExecStartPre'), {
        env: { POLYNYA_TURN_SECRET: 'a-long-random-text' },
      });
    writeFileSync(file, 'listen: ["127.0.0.1:0"]\nmetrics: 127.0.0.1:9641\n');
    expect((await check()).code).toBe(0);
    writeFileSync(file, 'listen: ["127.0.0.1:0"]\nmetrix: 127.0.0.1:9641\n');
    expect((await check()).code).toBe(2);
  });
});
