/** `deploy/`, judged by the programs that will read it: promtool and systemd-analyze. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));

/** Everything that a program says, with its exit code. */
function run(program: string, args: readonly string[], cwd: string): { code: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (error !== undefined) throw error;
  return { code: status, said: `${stdout}${stderr}` };
}

describe('deploy/prometheus', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-rules-'));
    cpSync(join(deploy, 'prometheus'), folder, { recursive: true });
    writeFileSync(join(folder, 'polynya-admin-token'), 'correct-horse-battery-staple');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('promtool accepts configuration and rules', () => {
    const { code, said } = run('promtool', ['check', 'config', 'prometheus.yaml'], folder);
    const rules = readFileSync(join(folder, 'alerts.yaml'), 'utf8').match(/^ *- alert:/gm)?.length;
    expect([code, said]).toEqual([0, expect.stringContaining(`SUCCESS: ${rules} rules found`)]);
  });

  it('each alert fires when it should and keeps still when not', () => {
    const { code, said } = run('promtool', ['test', 'rules', 'alerts.test.yaml'], folder);
    expect([code, said]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('an alert that does not fire fails its test', () => {
    const file = join(folder, 'alerts.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('== 0', '== 2'));
    const { code, said } = run('promtool', ['test', 'rules', 'alerts.test.yaml'], folder);
    expect(code).toBe(1);
    for (const name of ['PolynyaDown', 'PolynyaStoreDown', 'PolynyaLinkDown']) expect(said).toContain(name);
  });
});

describe('deploy/systemd', () => {
  let folder: string;
  const units = [
    'polynya-serve.service',
    'polynya-turn.service',
    'polynya-backup.service',
    'polynya-backup.timer',
  ];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-units-'));
    cpSync(join(deploy, 'systemd'), folder, { recursive: true });
    copyFileSync('/lib/systemd/system/coturn.service', join(folder, 'coturn.service'));
    // Where Node.js is on this machine.
    for (const name of readdirSync(folder, { recursive: true }).map(String)) {
      if (!/\.(service|conf)$/.test(name)) continue;
      const file = join(folder, name);
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('/usr/bin/node ', `${process.execPath} `));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const verify = (name: string) => run('systemd-analyze', ['verify', '--man=no', join(folder, name)], folder);

  it('has every unit among those that are looked at', () => {
    expect(
      readdirSync(join(deploy, 'systemd'))
        .filter((name) => !name.endsWith('.d'))
        .sort(),
    ).toEqual([...units].sort());
  });

  it.each([...units, 'coturn.service'])('systemd-analyze verifies %s', (name) => {
    expect(verify(name)).toEqual({ code: 0, said: '' });
  });

  it.each(units.filter((name) => name.endsWith('.service')))('%s leaves little to an intruder', (name) => {
    const args = ['security', '--offline=true', '--threshold=25', join(folder, name)];
    const { code, said } = run('systemd-analyze', args, folder);
    // Of 10: what systemd calls OK.
    expect([code, /Overall exposure level[^:]*: (\S+)/.exec(said)?.[1]]).toEqual([
      0,
      expect.stringMatching(/^[0-2]\./),
    ]);
  });

  it('a word that systemd does not know is found, in a drop-in too', () => {
    const dropIn = join(folder, 'polynya-.service.d/hardening.conf');
    const text = readFileSync(dropIn, 'utf8');
    try {
      writeFileSync(dropIn, text.replace('PrivateDevices=', 'PrivateDevises='));
      expect(verify('polynya-serve.service').said).toContain('PrivateDevises');
    } finally {
      writeFileSync(dropIn, text);
    }
  });
});
