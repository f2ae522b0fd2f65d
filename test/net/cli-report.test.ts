import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatReport, natReportSchema, parseEnvelope } from '../../contract/envelope.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { sampleLoad } from '../unit/sample-load.ts';

const fixtureOf = (name: string) => fileURLToPath(new URL(`../web/fixtures/${name}.json`, import.meta.url));
const home = fixtureOf('nat-port-restricted');
const visit = fixtureOf('visit-good');

function report(...args: readonly string[]): Promise<Ended> {
  return runCli(['report', ...args]);
}

let folder: string;

beforeAll(() => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-report-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const homeReport = (): NatReport => natReportSchema.parse(JSON.parse(readFileSync(home, 'utf8')));

/** Writes a variation of the home report; returns its file. */
function variation(name: string, change: (report: NatReport) => unknown): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(change(homeReport())));
  return file;
}

describe('polynya report show', () => {
  it.each([
    ['turn-coturn-default', /^turn:turn\.example\.org .*\n[\s\S]*✖ X01 critical[\s\S]*9 failed, 20 warned/],
    ['compare-two', /For rooms like yours \(2 participants[\s\S]*relay over TLS/],
    ['lint-debian', /^\/etc\/turnserver\.conf critical no-authentication/],
  ])('prints %s as the command did that made it', async (name, text) => {
    const { code, stdout, stderr } = await report('show', fixtureOf(name));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(text);
    const explained = await report('show', fixtureOf(name), '--explain');
    expect([explained.code, explained.stdout]).toEqual([2, '']);
  });

  it('adds the timeline and the way to the verdicts with --explain', async () => {
    const short = await report('show', home);
    const long = await report('show', home, '--explain');
    expect({ code: long.code, stderr: long.stderr }).toEqual({ code: 0, stderr: '' });
    expect(long.stdout.startsWith(short.stdout)).toBe(true);
    expect(long.stdout).toContain('= filter-1/change-port: 4 copies unanswered');
    expect(long.stdout).toContain('From evidence to verdict');
    expect(long.stdout).not.toContain('\u001b[');
  });

  it.each([
    ['another kind of report', () => ['show', visit], /visit-report/],
    ['no file', () => ['show', join(folder, 'absent.json')], /cannot be read/],
    ['no report', () => ['show', variation('broken', () => ({ kind: 'nat-report' }))], /broken\.json: /],
    ['a newer version', () => ['show', variation('newer', (r) => ({ ...r, version: 2 }))], /newer release/],
  ])('ends with 2 and one clear message on %s', async (_, args, words) => {
    const { code, stdout, stderr } = await report(...args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('polynya report pair', () => {
  const udpBlocked = fixtureOf('nat-udp-blocked');
  const elsewhere = (name: string, change: (report: NatReport) => unknown = (r) => r) =>
    variation(name, (r) => {
      const publicEndpoints = r.body.nat.publicEndpoints.map((e) => e.replace(/^[^:]+/, '203.0.113.77'));
      return change({ ...r, body: { ...r.body, nat: { ...r.body.nat, publicEndpoints } } });
    });

  it('two home routers: direct, ends with 0, and --json prints one object', async () => {
    const other = elsewhere('other');
    const { code, stdout, stderr } = await report('pair', home, other);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^✔ direct: both ends keep one public endpoint/);
    const json = await report('pair', home, other, '--json');
    expect(json.code).toBe(0);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'pair-prediction',
      version: 1,
      a: { file: home },
      b: { file: other },
      outcome: 'direct',
      connects: true,
      relay: { a: ['udp', 'tcp'], b: ['udp', 'tcp'], both: ['udp', 'tcp'], works: true },
    });
  });

  it('ends with 1 where no path is known to work', async () => {
    const noRelay = elsewhere('no-relay', (r) => {
      const report = r as NatReport;
      const nat = { ...report.body.nat, mapping: 'address-and-port-dependent' };
      return { ...report, body: { ...report.body, nat, servers: [], candidates: [] } };
    });
    const bare = variation('bare', (r) => ({ ...r, body: { ...r.body, servers: [], candidates: [] } }));
    const { code, stdout } = await report('pair', bare, noRelay);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^\? relay: B gets another public port/);
  });

  it('says it in Korean where --language asks for it; JSON stays', async () => {
    const other = elsewhere('korean');
    const { stdout } = await report('pair', home, other, '--language', 'ko');
    expect(stdout).toMatch(/^✔ 직접 연결: .*니다\.\n/s);
    const json = await report('pair', home, other, '--language', 'ko', '--json', '--relay-only');
    expect(JSON.parse(json.stdout)).toMatchObject({
      outcome: 'relay',
      relayOnly: true,
      reason: expect.stringContaining('the application allows relayed paths only'),
    });
  });

  it('the same report twice: the same NAT', async () => {
    const { stdout } = await report('pair', home, home);
    expect(stdout).toContain('so they are behind the same NAT');
    expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('a network without UDP: a relay, or nothing', async () => {
    const { stdout } = await report('pair', udpBlocked, home);
    expect(stdout).toContain('UDP is blocked at A');
  });

  it.each([
    ['one report only', () => ['pair', home], /missing required argument/],
    ['another kind', () => ['pair', home, visit], /only a nat-report can be paired/],
  ])('ends with 2 on %s', async (_, args, words) => {
    const { code, stderr } = await report(...args());
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });
});

describe('polynya report diff', () => {
  it('nothing changed is an answer, with exit code 0', async () => {
    const { code, stdout } = await report('diff', home, home);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✔ nothing changed/);
    const json = await report('diff', home, home, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'report-diff', same: true, differences: [] });
  });

  it('names what changed, with exit code 1', async () => {
    const today = variation('today', (r) => ({
      ...r,
      body: { ...r.body, servers: r.body.servers.slice(1) },
    }));
    const { code, stdout } = await report('diff', home, today);
    expect(code).toBe(1);
    expect(stdout).toContain('stun:11.78.1.10: ok → not there');
    const json = await report('diff', home, today, '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      same: false,
      differences: [{ area: 'server', subject: 'stun:11.78.1.10', before: 'ok', after: null }],
    });
  });

  it('of two loads: does the server carry more or less, by the test of --baseline', async () => {
    const load = (name: string, limits: readonly number[], profile = {}) => {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(sampleLoad({ limits, profile })));
      return file;
    };
    const [fast, slow] = [load('fast', [9_000]), load('slow', [3_000])];
    const [less, same, json, other, shown] = await Promise.all([
      report('diff', fast, slow),
      report('diff', fast, fast),
      report('diff', fast, slow, '--json'),
      report('diff', fast, load('larger', [9_000], { traffic: { mix: [{ bytes: 1_200 }] } })),
      report('show', slow),
    ]);
    expect([less, same, json, other, shown].map(({ code }) => code)).toEqual([1, 0, 1, 2, 0]);
    expect(less.stdout).toMatch(/^✖ 7,451 → 2,441 packets\/s each way; it carries less \(p = 0\.0079\)\.\n$/);
    expect(same.stdout).toMatch(/no more than chance \(p = 1\)/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'load-diff',
      before: { file: fast, uri: 'turn:turn.example.org' },
      same: false,
      comparison: { before: 7_451, after: 2_441, change: 'less' },
    });
    expect(other.stderr).toContain('they were not made in the same way: traffic differs');
    expect(shown.stdout).toContain('carries 2,441 packets/s each way (5 runs');
  });

  it('ends with 2 on reports of another kind', async () => {
    const { code, stderr } = await report('diff', visit, visit);
    expect(code).toBe(2);
    expect(stderr).toContain('only a nat-report can be compared');
  });
});

describe('polynya report upgrade', () => {
  it('leaves a current report alone and says so', async () => {
    const file = variation('current', (r) => r);
    const before = readFileSync(file, 'utf8');
    const { code, stdout } = await report('upgrade', file);
    expect(code).toBe(0);
    expect(stdout).toContain('already current (nat-report version 1)');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('does not touch a newer one', async () => {
    const file = variation('from-the-future', (r) => ({ ...r, version: 99 }));
    const before = readFileSync(file, 'utf8');
    const { code, stdout, stderr } = await report('upgrade', file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('version 99');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('polynya report redact', () => {
  it('prints a report of the same kind that names nobody', async () => {
    const { code, stdout } = await report('redact', visit);
    expect(code).toBe(0);
    expect(parseEnvelope(JSON.parse(stdout))).toMatchObject({ ok: true, envelope: { kind: 'visit-report' } });
    expect(readFileSync(visit, 'utf8')).toMatch(/198\.51\.100\.7/);
    expect(stdout).not.toMatch(/198\.51\.100\.7|example\.net|[0-9a-f-]{36}\.local/);
    expect(stdout).toContain('198.51.100.x');
  });
});
