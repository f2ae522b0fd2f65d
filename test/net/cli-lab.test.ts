/** `polynya lab` without root: lists, plans, simulates, complains. What needs the kernel is in test/lab. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labReportSchema } from '../../contract/lab-report.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';

let folder: string;

function lab(...args: readonly string[]): Promise<Ended> {
  return runCli(['lab', ...args], { timeoutMs: 30_000 });
}

beforeAll(() => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-cli-lab-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('polynya lab', () => {
  it('list names the catalogue with what each scenario shows', async () => {
    const { code, stdout } = await lab('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hotel-443-only {2}4 cells\n {4}A network that lets out nothing but TCP/m);
  });

  it('plan prints a shell script and runs nothing', async () => {
    const { code, stdout } = await lab('plan', 'home-to-mobile');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^#!\/bin\/sh -e\n# home-to-mobile: /);
    expect(stdout).toContain(
      '# site mobile (mobile1): 1 host, EI/APD session preserving, then APD/APD session random',
    );
    expect(stdout).toContain('# relay-tls: home to mobile');
    expect(stdout).toContain('snat to 11.78.17.2 :');
  });

  it('plan names the clients that are not our own', async () => {
    const { stdout } = await lab('plan', 'browser-to-browser');
    expect(stdout).toContain('# client of home: chromium\n# client of mobile: firefox\n');
    expect((await lab('plan', 'home-to-mobile')).stdout).not.toContain('# client of');
  });

  it('--simulate runs on a virtual clock, says so, and --json is one report', async () => {
    const text = await lab('run', 'home-to-mobile', '--simulate');
    expect(text.stdout).toContain('home-to-mobile: simulated\n');
    expect(text.stdout).toMatch(/home {2}mobile {2}direct +✖ failed +S1/);
    expect(text.stdout).toMatch(/home {2}mobile {2}relay over TLS {2}✔ connected {2}S2/);
    expect(text.code).toBe(0);
    const { stdout } = await lab('run', 'home-to-mobile', '--simulate', '--json');
    const { body } = labReportSchema.parse(JSON.parse(stdout));
    expect(body).toMatchObject({
      runner: 'simulator',
      whySimulated: null,
      counts: { cells: 4, asExpected: 4 },
    });
  });

  it('--assert ends with 1 where the file is wrong, and --junit names the cell', async () => {
    const file = join(folder, 'wrong.yaml');
    const junit = join(folder, 'lab.xml');
    const two =
      'sites: { a: { behind: [{ nat: { like: symmetric } }] }, b: { behind: [{ nat: { like: symmetric } }] } }';
    writeFileSync(
      file,
      `name: wrong\nabout: hopeful\n${two}\nexpect: [{ outcome: connected, because: we <hope> so }]\n`,
    );
    const { code } = await lab('run', file, '--simulate', '--assert', '--junit', junit);
    expect(code).toBe(1);
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('tests="1" failures="1" skipped="0"');
    expect(xml).toContain('<testcase classname="wrong.simulator" name="a to b, direct">');
    expect(xml).toContain('because: we &lt;hope&gt; so');
  });

  it.each([
    [['run', 'home-to-hom'], /no such file, and no scenario of the catalogue\.\nDid you mean home-to-home\?/],
    [['run', 'home-to-home', 'two-symmetric', '--json'], /--json prints one report/],
    [['run', 'home-to-home', '--jobs', 'many'], /many is no whole number above 0/],
  ] as const)('%j ends with 2', async (args, message) => {
    const { code, stderr, stdout } = await lab(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('a wrong file is refused with its place before anything is built', async () => {
    const file = join(folder, 'broken.yaml');
    writeFileSync(
      file,
      'name: broken\nabout: x\nsites:\n  a:\n    behind:\n      - nat: { like: symetric }\n',
    );
    const { code, stderr } = await lab('run', 'home-to-home', file);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:6:16: sites.a.behind.0.nat.like: `);
  });
});
