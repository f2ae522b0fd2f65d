/** `polynya agent`: real agents of a real service, against a TURN server of our own. */
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type FaultyTurn, faultyTurn } from 'polynya/turn';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type MonitorNotice, monitorNoticeSchema } from '../../contract/fleet/monitor.ts';
import { type Nats, natsObstacle, startNats } from '../../scenarios/io/nats.ts';
import { requireBuilt, runCli } from '../built-cli.ts';
import { AgentStage, type RunningAgent } from './agent-stage.ts';
import { makeCertificate } from './make-certificate.ts';
import { certificate, expired } from './turn-stage.ts';

const stage = new AgentStage();
let turn: FaultyTurn;
let seoul: RunningAgent;
let berlin: RunningAgent;
let careful: RunningAgent;
let server: string;

/** TURN over TLS with a certificate for two days, one that has ended, and one for another name. */
const overTls: { label: string; server: FaultyTurn }[] = [];
const notices: MonitorNotice[] = [];
const webhook = createServer(async (request, response) => {
  notices.push(monitorNoticeSchema.parse(JSON.parse(await text(request))));
  response.end();
});

/** The TURN server as the service lists it. */
function listed() {
  const urls = [turn.uris.udp, turn.uris.tcp, turn.uris.tls].filter((uri) => uri !== undefined);
  return { label: 'TURN', urls, auth: 'password', username: turn.username, credential: turn.credential };
}

/** Nothing that it says gets out. */
const mute = () => turn.faults.set([{ name: 'mute', on: 'outgoing', do: { kind: 'drop' } }]);

beforeAll(async () => {
  requireBuilt();
  const { authority, ...soon } = makeCertificate(stage.folder);
  const trusted = join(stage.folder, 'trusted.pem');
  writeFileSync(trusted, readFileSync(authority, 'utf8') + expired.cert + certificate.cert);
  turn = await faultyTurn({ certificate });
  for (const [label, each] of Object.entries({ soon, expired, name: certificate }))
    overTls.push({ label, server: await faultyTurn({ certificate: each }) });
  const others = overTls.map(({ label, server: { uris, username, credential } }) => ({
    ...{ label, urls: [uris.tls], auth: 'password', username, credential },
  }));
  await once(webhook.listen(0, '127.0.0.1'), 'listening');
  await stage.open({ servers: [listed(), ...others] });
  server = (await stage.call('listServers')).servers[0]?.id ?? '';
  [seoul, berlin, careful] = await Promise.all([
    stage.startAgent('s1', 'seoul'),
    stage.startAgent('b1', 'berlin', [], { NODE_EXTRA_CA_CERTS: trusted }),
    stage.startAgent('c1', 'careful', ['--deny', '127.0.0.0/8']),
  ]);
}, 60_000);
afterAll(async () => {
  webhook.close();
  await stage.close();
  await Promise.all([turn, ...overTls.map((each) => each.server)].map((each) => each?.close()));
});

describe('polynya agent', () => {
  it('enrols once, and keeps a key that only it can read', async () => {
    const file = join(stage.folder, 's1.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { invitations, agents } = await stage.call('listAgents');
    expect(invitations.map(({ state }) => state)).toEqual(['used', 'used', 'used']);
    expect(agents).toMatchObject([
      { name: 'b1', region: 'berlin', state: 'online', slots: 4, kinds: ['probe', 'turn-check', 'pair'] },
      { name: 'c1', region: 'careful', state: 'online' },
      { name: 's1', region: 'seoul', state: 'online' },
    ]);
    const token = join(stage.folder, 's1.token');
    const again = await runCli([
      ...['agent', '--hub', stage.url, '--enrol-token-file', token],
      ...['--key-file', join(stage.folder, 'other.json')],
    ]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('was used')]);
    expect(again.stderr).not.toContain(readFileSync(token, 'utf8').trim());
  });

  it('probes with a login of its hub, and says from where', async () => {
    const job = await stage.done(
      await stage.call('startJob', { kind: 'probe', at: { region: 'seoul' }, servers: [server] }),
    );
    expect(job).toMatchObject({ state: 'done', try: 1, agent: seoul.id, failure: null });
    const { report } = await stage.call('getRun', undefined, job.runs[0]);
    expect(report.vantage).toMatchObject({
      agent: seoul.id,
      name: 's1',
      region: 'seoul',
      network: '127.0.0.1',
    });
    expect(Math.abs(report.vantage?.clock?.offsetMs ?? 1e9)).toBeLessThanOrEqual(
      (report.vantage?.clock?.uncertaintyMs ?? 0) + 2,
    );
    if (report.kind !== 'nat-report') throw new Error(report.kind);
    const overUdp = report.body.servers.find(({ transport }) => transport === 'udp');
    expect(overUdp).toMatchObject({ status: 'ok' });
    expect(report.body.candidates.some(({ type }) => type === 'relay')).toBe(true);
    expect(JSON.stringify(report)).not.toContain(turn.credential);
  });

  it('connects to another agent by relay, which both ends carry out', async () => {
    const request = {
      kind: 'pair',
      at: { region: 'seoul' },
      with: { region: 'berlin' },
      path: 'relay',
      servers: [server],
    };
    const job = await stage.done(await stage.call('startJob', request));
    expect(job, JSON.stringify(job.failure)).toMatchObject({ state: 'done', agent: seoul.id });
    const { report } = await stage.call('getRun', undefined, job.runs[0]);
    if (report.kind !== 'room-report') throw new Error(report.kind);
    const [attempt] = report.body.attempts;
    expect(attempt).toMatchObject({
      from: 's1 (seoul)',
      to: 'b1 (berlin)',
      path: 'relay',
      succeeded: true,
      rung: 'S4',
    });
    expect(attempt?.pairs[0]?.local.type).toBe('relay');
    await expect.poll(() => berlin.events.map(({ event }) => event)).toContain('cancelled');
    // What a client has allocated, it gives back.
    await expect.poll(() => turn.census.allocations).toBe(0);
  });

  it('never talks to an address that its hub or its own flags forbid', async () => {
    const job = await stage.done(
      await stage.call('startJob', { kind: 'turn-check', at: { agent: careful.id }, server }),
    );
    expect(job).toMatchObject({ state: 'failed', runs: [], failure: { code: 'address-forbidden' } });
    expect(await careful.end('SIGTERM')).toBe(0);
    expect(careful.events.at(-1)).toMatchObject({ event: 'drained' });
  });

  it('measures for how long a certificate is good, and tells what is wrong with one that is no good', async () => {
    const known = (await stage.call('listServers')).servers;
    const hook = {
      url: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`,
      secret: 'x'.repeat(16),
    };
    for (const { label: name } of overTls) {
      const id = known.find(({ label }) => label === name)?.id;
      await stage.call('createMonitor', {
        ...{ name, server: id, transports: ['tls'], regions: ['berlin'], webhook: hook },
        damping: { bad: 1, of: 1 },
      });
    }
    await expect.poll(() => notices.length, { timeout: 25_000 }).toBe(3);
    const { monitors } = await stage.call('listMonitors');
    const seen = monitors.map(({ name, state, cells: [cell] }) => [name, state, cell?.certificateDays]);
    expect(seen.sort()).toEqual([
      ['expired', 'down', expect.any(Number)],
      ['name', 'down', expect.any(Number)],
      ['soon', 'degraded', 1],
    ]);
    const days = new Map(seen.map(([name, , left]) => [name, Number(left)]));
    expect([Number(days.get('expired')) < 0, Number(days.get('name')) > 14]).toEqual([true, true]);
    const told = notices.map(({ monitor, failure, text: said }) => [monitor.name, failure?.code, said]);
    expect(told.sort()).toEqual([
      ['expired', 'tls-certificate-expired', expect.stringContaining('Renew the certificate')],
      ['name', 'tls-certificate-name', expect.stringContaining('Use the name that the certificate carries')],
      [
        'soon',
        'certificate-ends-soon',
        expect.stringMatching(/1 days? left.*Renew it and have the server load it/),
      ],
    ]);
  });

  it('is killed in the middle of a job: another one does it, and the result counts once', async () => {
    const second = await stage.startAgent('s2', 'seoul');
    mute();
    const job = await stage.call('startJob', { kind: 'probe', at: { region: 'seoul' }, servers: [server] });
    const hasIt = ({ events }: RunningAgent) => events.some((each) => each['job'] === job.id);
    const first = await vi.waitUntil(() => [seoul, second].find(hasIt), { timeout: 10_000 });
    expect(await first.end('SIGKILL')).toBe(-1);
    turn.faults.clear();
    const other = first === seoul ? second : seoul;
    const view = await stage.done(job);
    expect(view).toMatchObject({ state: 'done', try: 2, agent: other.id });
    expect(view.runs).toHaveLength(1);
    const { runs } = await stage.call('listRuns');
    expect(runs.filter(({ id }) => id === view.runs[0])).toHaveLength(1);
  });

  it('is withdrawn: its key is worth nothing from then on', async () => {
    expect(await stage.call('revokeAgent', undefined, berlin.id)).toMatchObject({
      state: 'revoked',
      running: 0,
    });
    expect(await berlin.said('refused')).toMatchObject({ reason: expect.stringContaining('withdrawn') });
    const again = await runCli(['agent', '--hub', stage.url, '--key-file', join(stage.folder, 'b1.json')]);
    expect([again.code, again.stdout]).toEqual([1, expect.stringContaining('does not know this agent')]);
  });
});

describe('two agents of one service on two nodes', () => {
  const [one, two] = [new AgentStage(), new AgentStage()];
  const obstacle = natsObstacle();
  // An agent whose hub is away for a moment keeps its job.
  const pace = { leaseMs: 30_000 };
  let nats: Nats | null = null;
  let place: Record<string, unknown>;
  let lima: RunningAgent;
  beforeAll(async () => {
    nats = obstacle === null ? await startNats() : null;
    const urls = [turn.uris.udp, turn.uris.udp?.replace(/^turn:(.*)\?.*$/, 'stun:$1')];
    place = {
      ...{ servers: [{ ...listed(), urls }], store: join(one.folder, 'runs.sqlite') },
      ...(nats !== null && { bus: { servers: [nats.url] } }),
    };
    await one.open(place, pace);
    await two.open(place, pace);
    [lima] = await Promise.all([one.startAgent('l1', 'lima'), two.startAgent('o1', 'oslo')]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await nats?.close();
  });

  it('connect directly, there and back, and the matrix of regions shows it', async (context) => {
    if (obstacle !== null) return context.skip(obstacle);
    await expect.poll(async () => (await one.call('listNodes')).nodes.length).toBe(2);
    const mesh = { name: 'Mesh', kind: 'mesh', server: null, regions: ['lima', 'oslo'], paths: ['mesh'] };
    await one.call('createMonitor', mesh);
    const matrix = async () => (await two.call('regionMatrix')).cells;
    const works = { path: 'mesh', state: 'up', rate: { succeeded: 1, attempts: 1 } };
    const wanted = [
      { region: 'lima', peer: 'oslo', ...works },
      { region: 'oslo', peer: 'lima', ...works },
    ];
    await expect.poll(matrix, { timeout: 25_000 }).toMatchObject(wanted);
    const ends = [];
    for (const { run } of await matrix()) {
      const { report } = await two.call('getRun', undefined, run ?? '');
      if (report.kind !== 'room-report') throw new Error(report.kind);
      const [attempt] = report.body.attempts;
      ends.push([attempt?.from, attempt?.to, attempt?.rung]);
      expect(attempt?.pairs[0]?.local.type).not.toBe('relay');
    }
    expect(ends).toEqual([
      ['l1 (lima)', 'o1 (oslo)', 'S4'],
      ['o1 (oslo)', 'l1 (lima)', 'S4'],
    ]);
  });

  it('give their results to a hub that was away in the middle of a job, and nothing is done twice', async () => {
    const port = Number(new URL(one.url).port);
    const before = (await two.call('listRuns')).total;
    mute();
    const job = await one.call('startJob', { kind: 'probe', at: { region: 'lima' } });
    const began = () => lima.events.filter((each) => each.event === 'began' && each['job'] === job.id);
    await expect.poll(() => began().length).toBe(1);
    await one.stopService();
    await lima.said('disconnected');
    turn.faults.clear();
    await one.open({ ...place, port }, pace);
    const view = await one.done(job);
    expect(view).toMatchObject({ state: 'done', try: 1, agent: lima.id });
    expect((await one.call('listRuns')).total).toBe(before + 1);
    expect(began()).toHaveLength(1);
  });
});
