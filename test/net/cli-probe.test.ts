import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatReport, natReportSchema } from '../../contract/envelope.ts';
import { type StunServerHandle, startStunServer } from '../../turn/io/stun-server.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';

function polynya(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return runCli(args, { env });
}

function reportIn(text: string): NatReport {
  return natReportSchema.parse(JSON.parse(text));
}

let full: StunServerHandle;
let plain: StunServerHandle;
let folder: string;
/** A port on which nothing listens. */
let deadPort: number;

beforeAll(async () => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-cli-'));
  full = await startStunServer({
    primary: { address: '127.0.0.1', port: 0 },
    alternate: { address: '127.0.0.2', port: 0 },
  });
  plain = await startStunServer({ primary: { address: '127.0.0.1', port: 0 }, alternate: null });
  deadPort = await new Promise((done) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => done(port));
    });
  });
});

afterAll(async () => {
  await Promise.all([full?.close(), plain?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('polynya probe', () => {
  it('prints exactly one valid envelope with --json, and ends with 0 when nothing failed', async () => {
    const { code, stdout, stderr } = await polynya(['probe', '--json', full.uri]);
    const { body } = reportIn(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(body.nat).toMatchObject({ udp: 'open', behindNat: false, mapping: 'endpoint-independent' });
    expect(body.nat.filtering).toBe('endpoint-independent');
    expect(body.servers).toMatchObject([{ status: 'ok', rfc5780: true, transport: 'udp' }]);
    const ids = new Set(body.evidence.map((e) => e.id));
    expect(ids.size).toBe(body.evidence.length);
    for (const verdict of body.verdicts) for (const id of verdict.evidence) expect(ids).toContain(id);
  });

  it('puts the verdict first and the advice last, without colour codes in a pipe', async () => {
    const { code, stdout } = await polynya(['probe', full.uri, `stun:127.0.0.1:${deadPort}`]);
    expect(code).toBe(1);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toMatch(/^[✔▲✖?] /);
    expect(stdout).not.toContain('\u001b[');
    expect(stdout.indexOf('What to do next')).toBeGreaterThan(stdout.indexOf('Candidates'));
    expect(stdout).toContain('✖ timeout');
  });

  it('keeps a partial result when the server has no RFC 5780, says why, and ends with 1', async () => {
    const { code, stdout } = await polynya(['probe', '--json', plain.uri]);
    const { nat, verdicts, servers } = reportIn(stdout).body;
    expect(code).toBe(1);
    expect(nat).toMatchObject({ udp: 'open', behindNat: false, filtering: 'inconclusive' });
    expect(verdicts.find((v) => v.name === 'filtering')?.reason).toContain('alternate');
    expect(servers).toMatchObject([{ status: 'ok', rfc5780: false }]);
  });

  it('tests STUN over TCP as well', async () => {
    const { stdout } = await polynya(['probe', '--json', full.uri, `${full.uri}?transport=tcp`]);
    expect(reportIn(stdout).body.servers).toMatchObject([
      { transport: 'udp', status: 'ok' },
      { transport: 'tcp', status: 'ok' },
    ]);
  });

  it.each([
    ['a name that does not resolve', 'stun:no-such-host.invalid', /^dns-/],
    ['a TCP port that refuses', 'turn:127.0.0.1:DEAD?transport=tcp', /^refused$/],
    ['a server that is no TURN server', 'turn:FULL', /^stun-4|^turn-4/],
  ])('names cause and blame of %s', async (_, uri, expected) => {
    const text = uri
      .replace('DEAD', String(deadPort))
      .replace('turn:FULL', full.uri.replace(/^stun/, 'turn'));
    const { code, stdout } = await polynya(['probe', '--json', text, '--username', 'u', '--credential', 'p']);
    const [server] = reportIn(stdout).body.servers;
    expect(code).toBe(1);
    expect(server?.status).toBe('failed');
    expect(server?.failure?.code).toMatch(expected);
    expect(server?.failure?.next).not.toBe('');
  });

  it.each([
    ['no server', ['probe'], /No server/],
    ['a wrong URI', ['probe', 'ftp://a.example'], /stun:, stuns:, turn: or turns:/],
    ['an unknown option', ['probe', '--fast', 'stun:a'], /unknown option '--fast'/],
    ['an unknown command', ['prob'], /unknown command 'prob'/],
    ['an address that is not ours', ['probe', '--bind', '203.0.113.77', 'stun:127.0.0.1'], /203\.0\.113\.77/],
    ['idle times that are none', ['probe', 'stun:a', '--lifetime', 'soon'], /1 to 1800 seconds/],
    ['a missing file', ['probe', '--ice-servers', '/nonexistent.json'], /cannot be read/],
  ])('ends with 2 and one clear message on %s', async (_, args, words) => {
    const { code, stdout, stderr } = await polynya(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('plans without sending anything', async () => {
    const { code, stdout } = await polynya([
      'probe',
      '--plan',
      'stun:stun.example.org',
      'turn:turn.example.org',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('CHANGE-REQUEST (change-both)');
    expect(stdout).toContain('turn:turn.example.org');
  });

  it('plans hairpin and lifetime tests only when they are asked for', async () => {
    const args = ['probe', '--plan', 'stun:stun.example.org'];
    const usual = await polynya(args);
    expect(usual.stdout).not.toMatch(/hairpin|lifetime/i);
    const { code, stdout } = await polynya([...args, '--hairpin', '--lifetime', '20,40']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/hairpin-a +public endpoint of hairpin-b +Binding/);
    expect(stdout).toMatch(/Binding lifetime .*takes 40 s/);
    expect(stdout).toMatch(/lifetime-20 +stun\.example\.org:3478 +Binding/);
  });

  it('plans the questions to the router only when they are asked for', async () => {
    const args = ['probe', '--plan', 'stun:stun.example.org'];
    expect((await polynya(args)).stdout).not.toMatch(/router/i);
    const { code, stdout } = await polynya([...args, '--gateway']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/router:5351 +PCP ANNOUNCE/);
    expect(stdout).toMatch(/own public address, and the server +traceroute/);
  });

  it('asks no router from an address that has none', async () => {
    const { code, stdout } = await polynya(['probe', '--json', '--gateway', full.uri]);
    const { nat, verdicts, evidence } = reportIn(stdout).body;
    expect(code).toBe(0);
    expect(nat.natLevels).toBe(0);
    expect(verdicts.find((v) => v.name === 'portMapping')).toMatchObject({
      value: null,
      finding: 'port-mapping.unknown',
      reason: 'no router was asked, since the local address 127.0.0.1 is of this machine alone',
    });
    expect(evidence.filter((e) => e.purpose.startsWith('gateway/')).map((e) => e.sentMs)).toEqual([[]]);
  });

  it('answers --hairpin and --lifetime even where there is nothing to measure, and does not wait there', async () => {
    const asked = await polynya(['probe', '--json', '--hairpin', '--lifetime', full.uri]);
    const { nat, verdicts, evidence } = reportIn(asked.stdout).body;
    expect(asked.code).toBe(0);
    expect(nat).toMatchObject({ hairpin: 'unknown', bindingLifetimeSec: null });
    const reasons = Object.fromEntries(verdicts.map((v) => [v.name, v.reason]));
    expect(reasons).toMatchObject({
      hairpin: 'no NAT: there is nothing to turn back',
      bindingLifetimeSec: 'no NAT and no filter: there is nothing that could expire',
    });
    expect(new Set(evidence.map((e) => e.id)).size).toBe(evidence.length);
    // RESPONSE-PORT was tried all the same: the answer came in at another socket than the one that asked.
    expect(evidence).toContainEqual(
      expect.objectContaining({ purpose: 'lifetime-0/control', outcome: 'answered' }),
    );
    const { stdout } = await polynya(['probe', full.uri, '--hairpin']);
    expect(stdout).toMatch(/hairpinning +unknown/);
    expect(stdout).not.toContain('binding lifetime');
  });

  it('does not test what was not asked for, and says how to ask', async () => {
    const { stdout } = await polynya(['probe', '--json', full.uri]);
    const { verdicts, evidence } = reportIn(stdout).body;
    expect(verdicts.find((v) => v.name === 'hairpin')?.reason).toBe('not asked for (--hairpin)');
    expect(verdicts.find((v) => v.name === 'bindingLifetimeSec')?.reason).toBe('not asked for (--lifetime)');
    expect(evidence.filter((e) => /^(hairpin|lifetime)/.test(e.purpose))).toEqual([]);
  });

  it('writes the same report to a file, which "report show" prints', async () => {
    const file = join(folder, 'report.json');
    const probed = await polynya(['probe', full.uri, '--out', file]);
    expect(reportIn(readFileSync(file, 'utf8')).kind).toBe('nat-report');
    const shown = await polynya(['report', 'show', file]);
    expect(shown.stdout).toBe(probed.stdout);
  });

  it('says finding and advice in Korean where the environment or --language asks for it; JSON stays', async () => {
    const file = join(folder, 'korean.json');
    const korean = { LC_ALL: 'ko_KR.UTF-8' };
    const { stdout } = await polynya(['probe', full.uri, '--out', file], korean);
    expect(stdout.split('\n')[0]).toMatch(/^\? 모두 정상적으로 동작하지만/);
    expect(stdout).toContain('다음 조치');
    expect(reportIn(readFileSync(file, 'utf8')).body.headline.sentence).toMatch(/^Everything works/);
    const shown = await polynya(['report', 'show', file, '--language', 'ko']);
    expect(shown.stdout).toBe(stdout);
    const english = await polynya(['report', 'show', file, '--language', 'en'], korean);
    expect(english.stdout).toMatch(/^\? Everything works/);
    expect(await polynya(['probe', full.uri, '--language', 'fr'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('keeps secrets out of everything it prints', async () => {
    const env = { POLYNYA_TURN_USERNAME: 'alice', POLYNYA_TURN_CREDENTIAL: 'hunter2-very-secret' };
    const turn = full.uri.replace(/^stun/, 'turn');
    for (const args of [
      ['probe', turn],
      ['probe', '--json', turn],
      ['probe', '--plan', turn],
    ]) {
      const { stdout, stderr } = await polynya(args, env);
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });
});
