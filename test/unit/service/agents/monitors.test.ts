/** Monitors from their tick to the notice of a change, with an agent that answers as the test wants. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import { type OperationName, operations } from '../../../../contract/api.ts';
import { failure } from '../../../../contract/failures.ts';
import {
  type AgentMessage,
  agentProtocol,
  type HubMessage,
  type JobOutcome,
} from '../../../../contract/fleet/agent-signal.ts';
import { monitorNoticeSchema } from '../../../../contract/fleet/monitor.ts';
import { type Delivery, signatureOf } from '../../../../service/agents/notices/post-webhook.ts';
import { sampleNat } from '../sample-reports.ts';
import { startTestApp, type TestApp } from '../test-app.ts';

type Job = Extract<HubMessage, { type: 'job' }>;

const secret = 'a-webhook-secret-of-some-length';
const startMs = Date.parse('2026-11-20T12:00:00Z');
const intervalSec = 60;

let nowMs: number;
let app: TestApp;
let delivered: Delivery[];
let refuse: boolean;
let number = 0;
let port: number;

beforeEach(async () => {
  nowMs = startMs;
  delivered = [];
  refuse = false;
  app = await startTestApp({
    config: {
      servers: [
        { label: 'TURN', urls: ['turn:192.0.2.1', 'turns:192.0.2.1'], auth: 'secret', credential: 'north' },
      ],
      status: { public: true },
    },
    now: () => new Date(nowMs),
    agentPace: { roundMs: 20 },
    post: async (delivery) => {
      if (refuse) return { ok: false, reason: 'HTTP 500' };
      delivered.push(delivery);
      return { ok: true, reason: '' };
    },
  });
  await app.app.listen({ host: '127.0.0.1', port: 0 });
  const [address] = app.app.addresses();
  port = typeof address === 'object' ? address.port : 0;
});
afterEach(() => app.close());

async function call<N extends OperationName>(
  name: N,
  {
    body,
    id = '',
    query = {},
    key,
  }: { body?: unknown; id?: string; query?: Record<string, string>; key?: string } = {},
) {
  const { method, path, reply } = operations[name];
  const response = await app.app.inject({
    method,
    url: path.replace(':id', id),
    query,
    headers: { host: 'localhost', ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    ...(body !== undefined && { payload: body as object }),
  });
  if (response.statusCode !== 200) throw new Error(`${name}: ${response.statusCode} ${response.body}`);
  return reply.parse(response.json()) as z.output<(typeof operations)[N]['reply']>;
}

/** Rejects with the status of a refusal. */
function openSocket(key: string): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${port}/ws/agents`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

class FakeAgent {
  readonly jobs: Job[] = [];
  #socket: WebSocket | null = null;
  key = '';

  static async connect(region: string): Promise<FakeAgent> {
    const agent = new FakeAgent();
    number += 1;
    const { token } = await call('createAgentToken', { body: { label: 'x', region } });
    agent.key = (await call('enrolAgent', { body: { token, name: `agent ${number}` } })).key;
    const socket = await openSocket(agent.key);
    agent.#socket = socket;
    socket.on('message', (data: unknown) => {
      const message = JSON.parse(String(data)) as HubMessage;
      if (message.type === 'job') agent.jobs.push(message);
    });
    agent.say({
      type: 'hello',
      protocol: agentProtocol,
      version: '1',
      platform: 'test',
      kinds: ['probe'],
      reach: { allow: [], deny: [] },
      slots: 2,
      draining: false,
      running: [],
    });
    return agent;
  }

  say(message: AgentMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  next(): Promise<Job> {
    return vi.waitUntil(() => this.jobs.shift(), { timeout: 5_000, interval: 5 });
  }

  async answer({ job, try: tries }: Job, outcome: JobOutcome): Promise<boolean> {
    return (await call('agentResult', { body: { job, try: tries, outcome }, key: this.key })).kept;
  }

  close(): void {
    this.#socket?.terminate();
  }
}

/** As the agent finds it over UDP; the certificate of the TLS URI ends in so many days. */
function found(code: 'ok' | 'timeout', ms = 20, days = 60): JobOutcome {
  const report = sampleNat({ at: new Date(nowMs).toISOString() });
  const [sample] = report.body.servers;
  if (sample === undefined) throw new Error('the sample has no server');
  const { failure: _none, ...base } = sample;
  const ended =
    code === 'ok'
      ? { status: 'ok' as const, setupMs: ms }
      : { status: 'failed' as const, failure: failure(code) };
  report.body.servers = (['udp', 'tls'] as const).map((transport) => ({
    ...base,
    ...ended,
    transport,
    url: transport === 'udp' ? 'turn:192.0.2.1' : 'turns:192.0.2.1',
  }));
  const endsAtSec = Math.floor(nowMs / 1_000) + days * 86_400;
  return { ok: true, reports: [report], certificates: [{ uri: 'turns:192.0.2.1', endsAtSec }] };
}

async function makeMonitor(over: Record<string, unknown> = {}): Promise<string> {
  const server = (await call('listServers')).servers.find(({ label }) => label === 'TURN')?.id;
  const webhook = { url: 'https://hooks.example/T0', secret };
  const body = {
    name: 'TURN eu',
    server,
    transports: ['udp', 'tls'],
    regions: ['seoul'],
    intervalSec,
    public: true,
    webhook,
    ...over,
  };
  return (await call('createMonitor', { body })).id;
}

/** The next measurement, as the agent makes it. Time passes in quarters of an interval, as ticks are anywhere in it. */
async function measure(agent: FakeAgent, outcome: () => JobOutcome): Promise<boolean> {
  const step = () => {
    nowMs += 250 * intervalSec;
  };
  const timer = setInterval(step, 60);
  step();
  const job = await agent.next().finally(() => clearInterval(timer));
  return agent.answer(job, outcome());
}

describe('a monitor', () => {
  it('tells the address of its webhook, which may be a secret, to those who may edit it alone', async () => {
    const id = await makeMonitor();
    const { secret: key } = await call('createKey', { body: { name: 'board', role: 'viewer' } });
    const shown = { webhook: { url: 'https://hooks.example', hasSecret: true } };
    expect(await call('getMonitor', { id, key })).toMatchObject(shown);
    expect(await call('listMonitors', { key })).toMatchObject({ monitors: [shown] });
    expect((await call('getMonitor', { id })).webhook?.url).toBe('https://hooks.example/T0');
  });

  it('measures again and again, goes down, and comes back, with one notice each', async () => {
    const agent = await FakeAgent.connect('seoul');
    const id = await makeMonitor();
    const job = await agent.next();
    if (job.work.kind !== 'probe') throw new Error(job.work.kind);
    expect(job.work.targets.map(({ uri }) => uri)).toEqual(['turn:192.0.2.1', 'turns:192.0.2.1']);
    // A login for this job: the shared secret stays here.
    expect(job.work.targets[0]).toMatchObject({ username: expect.stringMatching(/^\d+:polynya$/) });
    expect(JSON.stringify(job)).not.toContain('north');
    expect(await agent.answer(job, found('ok'))).toBe(true);
    expect(await agent.answer(job, found('ok'))).toBe(false);
    expect(await call('getMonitor', { id })).toMatchObject({
      state: 'up',
      cells: [
        {
          transport: 'udp',
          url: 'turn:192.0.2.1',
          state: 'up',
          day: { rate: { succeeded: 1, attempts: 1 } },
        },
        { transport: 'tls', state: 'up', certificateDays: 60 },
      ],
      webhook: { url: 'https://hooks.example/T0', hasSecret: true },
    });
    expect(delivered).toEqual([]);

    await measure(agent, () => found('timeout'));
    expect((await call('getMonitor', { id })).state).toBe('up');
    await measure(agent, () => found('timeout'));
    expect(await call('getMonitor', { id })).toMatchObject({
      state: 'down',
      cells: [
        {
          state: 'down',
          since: new Date(nowMs).toISOString(),
          lastFailure: { failure: { code: 'timeout' } },
        },
        {},
      ],
    });
    await measure(agent, () => found('ok'));
    await measure(agent, () => found('ok'));
    await vi.waitUntil(() => delivered.length === 4, { timeout: 5_000 });
    const notices = delivered.map(({ body }) => monitorNoticeSchema.parse(JSON.parse(body)));
    expect(notices.map(({ from, to, transport }) => [from, to, transport])).toEqual([
      ['up', 'down', 'udp'],
      ['up', 'down', 'tls'],
      ['down', 'up', 'udp'],
      ['down', 'up', 'tls'],
    ]);
    const [down] = notices;
    expect(down?.text).toMatch(
      /^TURN eu does not work from seoul over udp: No answer came back.*firewalls on the way/,
    );
    expect(down?.page).toMatch(/^\/runs\/r/);
    expect(delivered[0]?.body).not.toContain('192.0.2.1');

    const history = await call('monitorHistory', { id, query: { bucket: 'result' } });
    const udp = history.series.find(({ transport }) => transport === 'udp');
    expect(udp?.points.map(({ succeeded }) => succeeded)).toEqual([1, 0, 0, 1, 1]);
    expect(udp?.total).toMatchObject({ succeeded: 3, attempts: 5 });
    expect(history.events.filter(({ transport }) => transport === 'udp').map(({ to }) => to)).toEqual([
      'up',
      'down',
      'up',
    ]);
    expect((await call('publicStatus')).monitors).toMatchObject([
      {
        name: 'TURN eu',
        state: 'up',
        regions: [{ region: 'seoul', state: 'up' }],
        days: [{ attempts: 10, succeeded: 6 }],
      },
    ]);
    agent.close();
  });

  it('keeps the reports of what went wrong and of what changed, not of every success', async () => {
    const agent = await FakeAgent.connect('seoul');
    await makeMonitor({ transports: ['udp'] });
    await agent.answer(await agent.next(), found('ok'));
    for (const code of ['ok', 'ok', 'timeout', 'ok', 'ok'] as const) await measure(agent, () => found(code));
    // The first, the failure, and the success after it.
    expect((await call('listRuns')).total).toBe(3);
    agent.close();
  });

  it('is degraded by a slow answer and by a certificate that ends soon', async () => {
    const agent = await FakeAgent.connect('seoul');
    const id = await makeMonitor({
      damping: { bad: 1, of: 1 },
      expect: { latencyMs: 50, certificateDays: 14 },
    });
    await agent.answer(await agent.next(), found('ok', 80));
    const codes = async () =>
      (await call('getMonitor', { id })).cells.map(({ state, lastFailure }) => [
        state,
        lastFailure?.failure.code,
      ]);
    expect(await codes()).toEqual([
      ['degraded', 'latency-exceeded'],
      ['degraded', 'latency-exceeded'],
    ]);
    await measure(agent, () => found('ok', 20, 3));
    expect(await codes()).toEqual([
      ['up', 'latency-exceeded'],
      ['degraded', 'certificate-ends-soon'],
    ]);
    agent.close();
  });

  it('says that it knows nothing when its agents are gone, and why', async () => {
    const agent = await FakeAgent.connect('seoul');
    const id = await makeMonitor({ transports: ['udp'] });
    const why = async () => (await call('getMonitor', { id })).cells[0]?.reason;
    await vi.waitUntil(async () => (await why()) === 'No result has come yet.', { timeout: 5_000 });
    await agent.answer(await agent.next(), found('ok'));
    agent.close();
    nowMs += 1_000 * (2.5 * intervalSec + 61);
    await vi.waitUntil(() => delivered.length === 1, { timeout: 5_000 });
    expect((await call('getMonitor', { id })).cells[0]).toMatchObject({
      state: 'unknown',
      reason: 'No agent of the region seoul is connected.',
    });
    expect(monitorNoticeSchema.parse(JSON.parse(delivered[0]?.body ?? ''))).toMatchObject({
      from: 'up',
      to: 'unknown',
    });
  });

  it('offers a notice again until the webhook takes it, with the same id and a fresh signature', async () => {
    const agent = await FakeAgent.connect('seoul');
    await makeMonitor({ transports: ['udp'], damping: { bad: 1, of: 1 } });
    await agent.answer(await agent.next(), found('ok'));
    refuse = true;
    await measure(agent, () => found('timeout'));
    const waiting = () => app.store.fleet.notices.take(new Date(nowMs + 86_400_000), new Date(nowMs));
    await vi.waitUntil(async () => ((await waiting())?.tries ?? 0) > 1, { timeout: 5_000 });
    refuse = false;
    nowMs += 60_000;
    await vi.waitUntil(() => delivered.length === 1, { timeout: 5_000 });
    expect(await waiting()).toBeNull();
    const [delivery] = delivered;
    if (delivery === undefined) throw new Error('nothing was delivered');
    expect(delivery).toMatchObject({ url: 'https://hooks.example/T0', secret });
    expect(signatureOf(delivery)).toMatch(new RegExp(`^t=${Math.floor(nowMs / 1_000)},v1=[0-9a-f]{64}$`));
    agent.close();
  });

  it('refuses what it could never measure', async () => {
    const refused = async (over: Record<string, unknown>) => {
      await expect(makeMonitor(over)).rejects.toThrow(/: 40[04] /);
    };
    await refused({ server: 'gone' });
    await refused({ transports: ['tcp'] });
    await refused({ kind: 'mesh', server: null });
    await refused({ webhook: { url: 'https://hooks.example' } });
    await refused({ webhook: { url: 'ftp://hooks.example', secret } });
    await refused({ damping: { bad: 3, of: 2 } });
    expect((await call('listMonitors')).monitors).toEqual([]);
  });
});

describe('keys', () => {
  it.each(['pa_x.y', `pa_a1.${'x'.repeat(43)}`, '', 'correct-horse-battery-staple'])(
    'a socket with the key %j is refused',
    async (key) => {
      await expect(openSocket(key)).rejects.toThrow(/401/);
    },
  );

  it('of an agent grow old, and get a successor', async () => {
    const agent = await FakeAgent.connect('seoul');
    await vi.waitUntil(async () => (await call('listAgents')).agents[0]?.state === 'online', {
      timeout: 5_000,
    });
    agent.close();
    nowMs += 31 * 86_400_000;
    const socket = await openSocket(agent.key);
    const told = new Promise<string>((resolve) =>
      socket.on('message', (data: unknown) => {
        const message = JSON.parse(String(data)) as HubMessage;
        if (message.type === 'key') resolve(message.key);
      }),
    );
    const say = (message: AgentMessage) => socket.send(JSON.stringify(message));
    say({
      type: 'hello',
      protocol: agentProtocol,
      version: '1',
      platform: 'test',
      kinds: [],
      reach: { allow: [], deny: [] },
      slots: 1,
      draining: false,
      running: [],
    });
    const key = await told;
    const works = async (which: string) => {
      const body = {
        job: 'none',
        try: 1,
        outcome: { ok: false, failure: failure('cancelled'), again: false },
      };
      return call('agentResult', { body, key: which }).then(
        () => true,
        () => false,
      );
    };
    expect([await works(agent.key), await works(key)]).toEqual([true, true]);
    say({ type: 'key-kept' });
    await vi.waitUntil(async () => !(await works(agent.key)), { timeout: 5_000 });
    expect(await works(key)).toBe(true);
    socket.terminate();
  });

  it('and invitations are not in what the store keeps', async () => {
    const agent = await FakeAgent.connect('seoul');
    const kept = JSON.stringify([await app.store.fleet.agents.list(), await app.store.fleet.agents.tokens()]);
    expect(kept).not.toContain(agent.key.split('.')[1]);
    agent.close();
  });
});
