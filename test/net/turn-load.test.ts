/**
 * `polynya turn load` against our own server on loopback: everything that is counted is there, everything that was
 * allocated is given back. How fast this machine is at the moment is no matter here.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LoadReport, loadReportSchema } from '../../contract/load-report.ts';
import { serverProcessAt } from '../../turn/load/io/server-watch.ts';
import { runCli } from '../built-cli.ts';
import { LoadStage, short, stepsOf } from './load-stage.ts';
import { alice, endpointOf, loopbackSettings } from './turn-stage.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
/** Of a worker that has a process to itself. */
const ownEngines = process.platform === 'linux' ? ['ring', 'batched'] : ['portable'];
const stage = new LoadStage();

describe('load in this process', () => {
  it('packets: every one is counted on both legs, with the delay from its due time; all is given back', async () => {
    const report = await stage.load({
      ladder: { from: 300, to: 375 },
      workers: 2,
      traffic: {
        flows: 3,
        mix: [
          { name: 'audio', share: 2 },
          { name: 'video', bytes: 1_100, perSec: 300, burst: 10 },
        ],
      },
    });
    expect(loadReportSchema.parse(report)).toEqual(report);
    const steps = stepsOf(report);
    expect(steps.length).toBeGreaterThan(0);
    for (const { scheduled, sent, arrivedOut, arrivedBack, roundTrip, outward, generator } of steps) {
      expect(scheduled).toBeGreaterThan(20);
      expect(sent + generator.unsent).toBe(scheduled);
      expect(sent).toBeGreaterThanOrEqual(arrivedOut ?? 0);
      expect(arrivedOut).toBeGreaterThanOrEqual(arrivedBack);
      expect(arrivedBack).toBeGreaterThan(0);
      expect(roundTrip.samples).toBe(arrivedBack);
      expect(outward?.samples).toBe(arrivedOut);
      expect(generator.lateness.samples).toBe(sent);
      // Where the packet is back it has been there.
      expect(roundTrip.p50Us ?? 0).toBeGreaterThanOrEqual(outward?.p50Us ?? 0);
      expect(generator.busyShare).toBeGreaterThan(0);
    }
    // This process has other work.
    expect(report.body.engine?.kind).toBe('portable');
    expect(report.body.failure).toBeNull();
    expect(stage.server.census.allocations).toBe(0);
  });

  it('the process of a server on this machine is found, and its threads are watched', async () => {
    const serverPid = serverProcessAt(endpointOf(stage.server, 'udp'), 'udp') ?? undefined;
    expect(serverPid).toBe(process.pid);
    expect(serverProcessAt({ ...endpointOf(stage.server, 'udp'), address: '192.0.2.1' }, 'udp')).toBeNull();
    const report = await stage.load({ ladder: { from: 200, to: 200 }, traffic: { flows: 1 } }, { serverPid });
    for (const step of stepsOf(report)) {
      expect(step.server?.pid).toBe(process.pid);
      expect(step.server?.threads.length).toBeGreaterThan(0);
    }
  });

  it('hairpin: relayed addresses are each other’s peers, and nobody else counts', async () => {
    const report = await stage.load({
      ladder: { from: 200, to: 200 },
      traffic: { flows: 2 },
      peer: { kind: 'hairpin' },
    });
    const [step] = stepsOf(report);
    expect(step).toMatchObject({ arrivedOut: null, outward: null, peerMbitPerSec: null });
    expect(step?.arrivedBack).toBeGreaterThan(0);
    expect(step?.clientMbitPerSec).toBeGreaterThan(0);
    expect(stage.server.census.allocations).toBe(0);
  });

  it.each(['udp', 'tcp', 'tls'] as const)(
    'allocations over %s: each is there, and gone again',
    async (transport) => {
      const profile = { axis: 'allocations', ladder: { from: 40, to: 40 } };
      const more = { transport, server: endpointOf(stage.server, transport) };
      const report = await stage.load(profile, more);
      const [step] = stepsOf(report);
      expect(step?.arrivedBack).toBeGreaterThan(0);
      expect(step).toMatchObject({ arrivedOut: null, outward: null, clientMbitPerSec: null });
      expect(stage.server.census.allocations).toBe(0);
    },
  );

  it('held: as many as the step says, each refreshed', async () => {
    const most = { held: 0 };
    const report = await stage.load(
      {
        axis: 'held',
        ladder: { from: 10, to: 10 },
        refreshSec: 1,
        step: { ...short.step, seconds: 0.6 },
      },
      {
        onStep: () => {
          most.held = Math.max(most.held, stage.server.census.allocations);
        },
      },
    );
    const [step] = stepsOf(report);
    expect(step?.arrivedBack).toBeGreaterThan(0);
    expect(most.held).toBeGreaterThanOrEqual(10);
    expect(stage.server.census.allocations).toBe(0);
  });

  it('a wrong password, and a server that refuses the peer, are failures of the set-up with their next step', async () => {
    const wrong = await stage.load({}, { credentials: { username: alice.username, password: 'wrong' } });
    expect(wrong.body).toMatchObject({
      failure: { code: 'turn-401' },
      verdict: { kind: 'target-failed' },
      runs: [],
    });
    stage.server.reconfigure({ ...loopbackSettings, peers: { ...loopbackSettings.peers, allow: [] } });
    const forbidden = await stage.load({ traffic: { flows: 1 } });
    expect(forbidden.body.failure?.code).toBe('turn-403');
    expect(forbidden.body.headline.advice[0]).toContain('peer addresses');
  });

  it('an abort ends it with what there is, and gives all back', async () => {
    const abort = new AbortController();
    const report = await stage.load(
      { ladder: { from: 200, to: 400 }, step: { ...short.step, seconds: 60 } },
      { signal: abort.signal, onOffer: () => setImmediate(() => abort.abort()) },
    );
    expect(report.body.verdict.kind).toBe('stopped');
    expect(stage.server.census.allocations).toBe(0);
  });
});

describe('polynya turn load', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(() => {
    if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build:node" first`);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-load-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const uri = () => `turn:127.0.0.1:${endpointOf(stage.server, 'udp').port}`;
  const env = () => ({
    ...process.env,
    NO_COLOR: '1',
    POLYNYA_TURN_USERNAME: alice.username,
    POLYNYA_TURN_CREDENTIAL: alice.password,
  });
  const owned = ['--yes-i-own-this', '127.0.0.1', '--bind', '127.0.0.1'];

  function command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return new Promise((done) => {
      const options = { timeout: 25_000, env: env() };
      execFile(process.execPath, [program, 'turn', 'load', ...args], options, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      );
    });
  }

  function profileFile(profile: object): string {
    const file = join(folder, 'load.yaml');
    writeFileSync(file, JSON.stringify(profile));
    return file;
  }

  it('sends nothing without the owner’s word, and says what it would send', async () => {
    const [refused, wrongHost, planned] = await Promise.all([
      command(uri()),
      command(uri(), '--yes-i-own-this', 'localhost'),
      command(uri(), '--plan', '--to', '2000'),
    ]);
    for (const { code, stderr } of [refused, wrongHost]) {
      expect(code).toBe(2);
      expect(stderr).toContain('add: --yes-i-own-this 127.0.0.1');
    }
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('1,000 · 1,250 · 1,563 · 1,953 · 2,000');
    expect(planned.stdout).toContain(
      '2,000 packets/s each way (2.6 Mbit/s of payload), 20 allocations at once',
    );
    expect(planned.stdout).toMatch(new RegExp(`Sent by the (${ownEngines.join('|')}) engine`));
    expect(stage.server.traffic.toPeers).toBe(0);
  });

  it('refuses what it cannot do and what goes beyond its limits', async () => {
    const typo = profileFile({ trafic: {} });
    const [size, high, key] = await Promise.all([
      command(uri(), ...owned, '--sizes', '60,16'),
      command(uri(), ...owned, '--to', '60000'),
      command(uri(), ...owned, '--profile', typo),
    ]);
    expect([size, high, key].map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(size.stderr).toContain('A whole number from 24 to 1400');
    expect(high.stderr).toContain('60000 is above limits.perSec, 50000');
    expect(key.stderr).toContain('Did you mean traffic?');
  });

  it('measures with processes of its own, and reports', async () => {
    const profile = profileFile({
      ...short,
      ladder: { from: 200, to: 200 },
      workers: 2,
      traffic: { flows: 2 },
    });
    const out = join(folder, 'report.json');
    const { code, stdout, stderr } = await command(uri(), ...owned, '--profile', profile, '--out', out);
    // A busy machine has no verdict, and says so.
    expect([0, 1]).toContain(code);
    expect(stderr).toMatch(/^run 1 of 1, 200 packets\/s each way: /);
    const { body } = loadReportSchema.parse(JSON.parse(readFileSync(out, 'utf8')));
    expect(stdout).toContain(body.headline.sentence.slice(0, 40));
    expect(stdout).toContain('sent late (p99)');
    expect(ownEngines).toContain(body.engine?.kind);
    expect(body.runs[0]?.steps[0]?.arrivedBack).toBeGreaterThan(0);
    expect(stage.server.census.allocations).toBe(0);
  });

  it('two parts begin together, and are joined into one load', async () => {
    const startAtMs = Date.now() + 300;
    const one = { ladder: { from: 300, to: 300 }, traffic: { flows: 4 } };
    const parts = await Promise.all(
      [1, 2].map((number) => stage.load(one, { part: { number, of: 2, startAtMs } })),
    );
    for (const report of parts) expect(loadReportSchema.parse(report)).toEqual(report);
    expect(parts.map(({ body }) => body.headline.code)).toEqual(['load-part', 'load-part']);
    expect(stage.server.census.allocations).toBe(0);
    const files = parts.map((report, i) => {
      const file = join(folder, `part${i + 1}.json`);
      writeFileSync(file, JSON.stringify(report));
      return file;
    });
    const [joined, alone] = await Promise.all([
      runCli(['turn', 'load-join', ...files, '--json']),
      runCli(['turn', 'load-join', ...files.slice(1)]),
    ]);
    const report = loadReportSchema.parse(JSON.parse(joined.stdout));
    expect(report.body.parts?.map(({ number }) => number)).toEqual([1, 2]);
    expect(report.body.engine).toEqual({ kind: 'portable', reason: 'all parts' });
    const back = (some: LoadReport) => stepsOf(some)[0]?.arrivedBack ?? 0;
    const [first = 0, second = 0] = parts.map(back);
    expect(Math.min(first, second)).toBeGreaterThan(0);
    expect(back(report)).toBe(first + second);
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('of 2 parts, 1 missing');
  });

  it('killed, its workers stop sending, and give back what they have', async () => {
    const profile = profileFile({
      ...short,
      step: { ...short.step, seconds: 60 },
      ladder: { from: 200, to: 200 },
    });
    const args = [program, 'turn', 'load', uri(), ...owned, '--profile', profile];
    const child = spawn(process.execPath, args, { env: env(), stdio: 'ignore' });
    children.push(child);
    await vi.waitUntil(() => stage.server.traffic.toPeers > 50, { timeout: 20_000, interval: 20 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await vi.waitUntil(() => stage.server.census.allocations === 0, { timeout: 10_000, interval: 20 });
  });
});
