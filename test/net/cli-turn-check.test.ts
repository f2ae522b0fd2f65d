/** `polynya turn check` as users run it: exit codes, files, refusals. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turnReportSchema } from '../../contract/turn-report.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { alice, endpointOf, loopbackSettings, startLoopback } from './turn-stage.ts';

let folder: string;
let sound: string;
let open: string;
const servers: TurnServerHandle[] = [];

beforeAll(async () => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-check-'));
  const start = async (peers: readonly string[]): Promise<string> => {
    const allow = [...loopbackSettings.peers.allow, ...peers];
    const server = await startLoopback({
      settings: { ...loopbackSettings, peers: { ...loopbackSettings.peers, allow } },
    });
    servers.push(server);
    return `turn:${formatEndpoint(endpointOf(server, 'udp'))}`;
  };
  sound = await start([]);
  open = await start(['10.0.0.0/8']);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(folder, { recursive: true, force: true });
});

function check(...args: readonly string[]): Promise<Ended> {
  const env = { POLYNYA_TURN_USERNAME: alice.username, POLYNYA_TURN_CREDENTIAL: alice.password };
  return runCli(['turn', 'check', ...args], { env, timeoutMs: 60_000 });
}

// Loopback is allowed as a peer here; everything else of group X is not.
const withoutLoopback = ['--only', 'A,X02,X03,X04,X05'];

describe('polynya turn check', () => {
  it('a sound server: 0, with a line per group and a sum', async () => {
    const { code, stdout } = await check(sound, ...withoutLoopback);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/Forbidden peers +4 passed\n/)]);
    expect(stdout).toMatch(/0 failed, .* packets sent/);
    expect(stdout).toMatch(/401 for the first request of each session/);
  });

  it('a fault: 1, with what was seen, what was wanted, and the fix under it', async () => {
    const { code, stdout } = await check(open, ...withoutLoopback);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /✖ X03 high Private networks.*\n.*seen: accepted: 10\.0\.0\.1.*\n[\s\S]*wanted: 403[\s\S]*fix: Deny these peers/,
    );
  });

  it('--json prints one report and nothing else, and files are written beside it', async () => {
    const file = (name: string) => join(folder, name);
    const outputs = ['--junit', file('r.xml'), '--sarif', file('r.sarif'), '--html', file('r.html')];
    const { code, stdout } = await check(open, ...withoutLoopback, '--json', ...outputs);
    expect(code).toBe(1);
    const report = turnReportSchema.parse(JSON.parse(stdout));
    expect(report.body.checks[0]).toMatchObject({ id: 'X03', status: 'failed' });
    const read = (name: string) => readFileSync(file(name), 'utf8');
    expect(read('r.xml')).toMatch(/<testsuite name="Forbidden peers" tests="4" failures="1"/);
    const sarif = JSON.parse(read('r.sarif'));
    expect(sarif.runs[0].results.find(({ ruleId }: { ruleId: string }) => ruleId === 'X03').level).toBe(
      'error',
    );
    expect(read('r.html')).toMatch(/<h1>turn:127\.0\.0\.1:\d+<\/h1>[\s\S]*X03/);
    for (const text of [stdout, read('r.xml'), read('r.sarif'), read('r.html')]) {
      expect(text).not.toContain(alice.password);
    }
  });

  it('--baseline: what is known ends with 0, what is new with 1', async () => {
    const known = join(folder, 'known.json');
    writeFileSync(known, (await check(open, ...withoutLoopback, '--json')).stdout);
    expect((await check(open, ...withoutLoopback, '--baseline', known)).code).toBe(0);
    const clean = join(folder, 'clean.json');
    writeFileSync(clean, (await check(sound, ...withoutLoopback, '--json')).stdout);
    expect((await check(open, ...withoutLoopback, '--baseline', clean)).code).toBe(1);
  });

  it('--plan sends nothing and names what would be sent', async () => {
    const { code, stdout } = await check('turn:192.0.2.1', '--plan', '--only', 'S17');
    expect(code).toBe(0);
    expect(stdout).toMatch(/S17 +Binding request, 20 bytes/);
  });

  it.each([
    ['--active without the host typed again', ['--active'], /--yes-i-own-this 127\.0\.0\.1/],
    ['--destructive with another host', ['--destructive', '--yes-i-own-this', 'example.org'], /of your own/],
    ['an id that is none', ['--only', 'Q99'], /no check Q99/],
    ['a range that is none', ['--must-deny', '10.0.0.0/99'], /no address range/],
    ['a baseline that is none', ['--baseline', '/nowhere.json'], /cannot be read/],
  ])('%s: 2', async (_name, args, message) => {
    const { code, stderr, stdout } = await check(sound, ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
