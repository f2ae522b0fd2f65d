import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lintReportSchema } from '../../contract/lint-report.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { debianPackaged, hardened461 } from '../unit/turn/lint/samples.ts';

function lint(...args: readonly string[]): Promise<Ended> {
  // An empty PATH: no turnserver is found, whatever this machine has.
  return runCli(['turn', 'lint', ...args], { env: { PATH: '' } });
}

let folder: string;
let packaged: string;
let hardened: string;

beforeAll(() => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-lint-'));
  packaged = join(folder, 'packaged.conf');
  hardened = join(folder, 'hardened.conf');
});

beforeEach(() => {
  writeFileSync(packaged, debianPackaged);
  // The certificate of the sample is not on this machine; the rest of the file is what is judged.
  writeFileSync(
    hardened,
    hardened461.replace(/^(cert|pkey|tls-listening-port)=.*$/gm, '').concat('tcp-proxy-port=8443\n'),
  );
  for (const file of [packaged, hardened]) chmodSync(file, 0o640);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('polynya turn lint', () => {
  it('names the place, the severity, the rule and the fix, worst first, and ends with 1', async () => {
    const { code, stdout, stderr } = await lint(packaged, '--for', '4.6.1');
    expect(stderr).toBe('');
    expect(code).toBe(1);
    expect(stdout.split('\n')[0]).toBe(`${packaged} critical no-authentication`);
    expect(stdout).toContain('fix: use-auth-secret');
    expect(stdout).toContain('Judged for coturn 4.6.1, as --for says.');
    expect(stdout).toMatch(/^8 findings: 3 critical, 1 high, 3 medium, 1 low · 5 that --fix repairs$/m);
  });

  it('says nothing about a hardened file and ends with 0', async () => {
    const { code, stdout } = await lint(hardened, '--for', '4.6.1');
    expect(stdout).toBe('No findings.\nJudged for coturn 4.6.1, as --for says.\n');
    expect(code).toBe(0);
  });

  it('ends with 0 when only mild findings are left', async () => {
    writeFileSync(hardened, `${readFileSync(hardened, 'utf8')}verbose\n`);
    const { code, stdout } = await lint(hardened, '--for', '4.6.1');
    expect(stdout).toMatch(/hardened\.conf:\d+:1 low verbose-log/);
    expect(code).toBe(0);
  });

  it('--json prints one report and nothing else; without turnserver the newest version is meant', async () => {
    const { code, stdout, stderr } = await lint(packaged, '--json');
    const { body } = lintReportSchema.parse(JSON.parse(stdout));
    expect(body.coturn).toEqual({ version: '4.17.1', source: 'newest-known' });
    expect(body.findings[0]).toMatchObject({
      rule: 'no-authentication',
      number: 1,
      severity: 'critical',
      line: null,
    });
    expect(body.findings.find(({ rule }) => rule === 'option-not-in-version')).toMatchObject({
      line: 6,
      column: 1,
    });
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  it('--fix repairs the file in place and keeps its mode', async () => {
    const { stdout } = await lint(packaged, '--for', '4.6.1', '--fix');
    const text = readFileSync(packaged, 'utf8');
    expect(text.startsWith(debianPackaged)).toBe(true);
    expect(text).toContain('\ndenied-peer-ip=169.254.0.0-169.254.255.255\n');
    expect(stdout).toContain('fixed ipv4-special-ranges-open');
    expect(statSync(packaged).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).filter((name) => name.includes('polynya'))).toEqual([]);
    const again = await lint(packaged, '--for', '4.6.1', '--fix', '--json');
    expect(lintReportSchema.parse(JSON.parse(again.stdout)).body.fixed).toEqual([]);
    expect(readFileSync(packaged, 'utf8')).toBe(text);
  });

  it('--sarif writes a log whose results point at rules and places', async () => {
    const log = join(folder, 'lint.sarif');
    await lint(packaged, '--for', '4.17.1', '--sarif', log);
    const { version, runs } = JSON.parse(readFileSync(log, 'utf8'));
    expect(version).toBe('2.1.0');
    expect(runs).toHaveLength(1);
    const { tool, results } = runs[0];
    expect(results.length).toBeGreaterThan(5);
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      expect(artifactLocation.uri).toBe(`file://${packaged}`);
      expect(region.startLine).toBeGreaterThan(0);
    }
  });

  it.each(['no-authentication', '1'])('--explain %s says why and how', async (name) => {
    const { code, stdout } = await lint('--explain', name);
    expect(stdout).toMatch(/^no-authentication · rule 1 · critical\n/);
    expect(stdout).toContain('Fix: use-auth-secret');
    expect(code).toBe(0);
  });

  it.each([
    [['/nowhere/turnserver.conf'], 'cannot be read'],
    [[], 'Which file?'],
    [['--explain', 'no-such-rule'], 'There is no rule no-such-rule'],
    [['x.conf', '--for', 'latest'], 'is not a version'],
  ])('%j ends with 2 and says why', async (args, message) => {
    const { code, stdout, stderr } = await lint(...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('--fix leaves a file alone that is not UTF-8', async () => {
    const bytes = Buffer.from('# Gr\xf6\xdfe\nno-cli\n', 'latin1');
    writeFileSync(packaged, bytes);
    const { code, stderr } = await lint(packaged, '--fix');
    expect(stderr).toContain('is not UTF-8');
    expect(code).toBe(2);
    expect(readFileSync(packaged).equals(bytes)).toBe(true);
  });

  it('a log that cannot be written ends with 3', async () => {
    const { code, stderr } = await lint(
      hardened,
      '--for',
      '4.6.1',
      '--sarif',
      join(folder, 'no', 'such', 'folder'),
    );
    expect(stderr).toContain('cannot be written');
    expect(code).toBe(3);
  });

  it('--app: findings in the other file, with its place, in text, JSON and SARIF; no secret in any of them', async () => {
    const secret = /^static-auth-secret=(.*)$/m.exec(hardened461)?.[1] ?? '';
    expect(secret.length).toBeGreaterThan(20);
    const app = join(folder, 'homeserver.yaml');
    const uris = 'turn_uris:\n  - turn:turn.example.org?transport=udp\n';
    writeFileSync(app, `${uris}turn_shared_secret: ${secret}\n`);
    expect(await lint(hardened, '--for', '4.6.1', '--app', app)).toMatchObject({ code: 0, stderr: '' });

    writeFileSync(app, `${uris}turn_shared_secret: ${secret}x\n`);
    const log = join(folder, 'app.sarif');
    const text = await lint(hardened, '--for', '4.6.1', '--app', app);
    const json = await lint(hardened, '--for', '4.6.1', '--app', app, '--json', '--sarif', log);
    expect([text.code, json.code]).toEqual([1, 1]);
    expect(text.stdout.split('\n')[0]).toBe(`${app}:3:21 critical app-secret-differs`);
    const { body } = lintReportSchema.parse(JSON.parse(json.stdout));
    expect(body).toMatchObject({ app, findings: [{ rule: 'app-secret-differs', file: app, line: 3 }] });
    const [result] = JSON.parse(readFileSync(log, 'utf8')).runs[0].results;
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe(`file://${app}`);
    for (const shown of [text.stdout, json.stdout, readFileSync(log, 'utf8')]) {
      expect(shown).not.toContain(secret);
    }
  });

  it('--app refuses a file that says nothing about TURN, and names those that it knows', async () => {
    const app = join(folder, 'other.yaml');
    writeFileSync(app, 'listen: 8080\n');
    const { code, stderr } = await lint(hardened, '--app', app);
    expect(code).toBe(2);
    expect(stderr).toContain('homeserver.yaml');
  });

  it('control characters of the file do not reach the terminal', async () => {
    writeFileSync(packaged, 'no-\u001b[31mcli\n');
    const { stdout } = await lint(packaged);
    expect(stdout).toContain('unknown-option');
    expect(stdout).not.toContain('\u001b');
  });
});
