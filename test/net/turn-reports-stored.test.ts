/** Reports of the TURN tools on their way into a real service: sent by the command line, and made by the service itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type RunDetail, type RunList, runDetailSchema } from '../../contract/runs.ts';
import { type LiveMessage, liveMessageSchema } from '../../contract/signal.ts';
import type { TurnCheckState } from '../../contract/turn-checks.ts';
import type { RunningService } from '../../service/server.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { startQuietService } from '../quiet-service.ts';
import { alice, endpointOf, startLoopback } from './turn-stage.ts';

let folder: string;
let turn: TurnServerHandle;
let uri: string;
let service: RunningService;

beforeAll(async () => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-stored-'));
  turn = await startLoopback();
  uri = `turn:${formatEndpoint(endpointOf(turn, 'udp'))}`;
  service = await startQuietService({
    stun: { enabled: false },
    servers: [
      { label: 'Relay', urls: [uri], auth: 'password', username: alice.username, credential: alice.password },
    ],
  });
});
afterAll(async () => {
  await service?.close();
  await turn?.close();
  rmSync(folder, { recursive: true, force: true });
});

function polynya(...args: readonly string[]): Promise<Ended> {
  const env = { POLYNYA_TURN_USERNAME: alice.username, POLYNYA_TURN_CREDENTIAL: alice.password };
  return runCli(args, { env, timeoutMs: 60_000 });
}

async function api<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const request = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const reply = await fetch(new URL(path, service.url), request);
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}

const runIn = (text: string) => /\/runs\/([\w-]+)/.exec(text)?.[1] ?? '';

describe('reports of the TURN tools', () => {
  it('turn check --send: the page of the run is named, and holds what --json printed', async () => {
    const { stdout, stderr } = await polynya(
      'turn',
      'check',
      uri,
      '--only',
      'A',
      '--json',
      '--send',
      service.url,
    );
    const detail = runDetailSchema.parse(await api<RunDetail>(`/api/runs/${runIn(stderr)}`));
    expect(detail.report).toEqual(JSON.parse(stdout));
    expect(detail.summary).toMatchObject({ kind: 'turn-report', source: uri, turn: { uri, reached: true } });
  });

  it('turn lint --send: likewise', async () => {
    const file = join(folder, 'turnserver.conf');
    writeFileSync(file, 'no-auth\n', { mode: 0o600 });
    const { code, stdout, stderr } = await polynya('turn', 'lint', file, '--json', '--send', service.url);
    expect(code).toBe(1);
    const detail = await api<RunDetail>(`/api/runs/${runIn(stderr)}`);
    expect(detail.report).toEqual(JSON.parse(stdout));
    const { runs } = await api<RunList>('/api/runs?kind=lint-report');
    expect(runs).toMatchObject([{ headline: { status: 'bad' }, source: file }]);
  });

  it('turn load --send: likewise, without the password', async () => {
    const file = join(folder, 'load.yaml');
    const step = { seconds: 0.3, discardSec: 0.05, drainMs: 200 };
    writeFileSync(
      file,
      JSON.stringify({ step, runs: 1, ladder: { from: 100, to: 100 }, traffic: { flows: 2 } }),
    );
    const owned = ['--yes-i-own-this', '127.0.0.1', '--bind', '127.0.0.1'];
    const { stdout, stderr } = await polynya(
      ...['turn', 'load', uri, ...owned, '--profile', file, '--json', '--send', service.url],
    );
    const detail = await api<RunDetail>(`/api/runs/${runIn(stderr)}`);
    expect(detail.report).toEqual(JSON.parse(stdout));
    expect(detail.summary).toMatchObject({ kind: 'load-report', source: uri });
    expect(stdout).not.toContain(alice.password);
    const { runs } = await api<RunList>('/api/runs?kind=load-report');
    expect(runs.map(({ id }) => id)).toEqual([detail.summary.id]);
  });

  it('a service that is not there: the report was printed, and the command says so', async () => {
    const { code, stdout, stderr } = await polynya(
      ...['turn', 'check', uri, '--only', 'A01', '--json', '--send', 'http://127.0.0.1:9'],
    );
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'turn-report' });
    expect([code, stderr.includes('--json > FILE')]).toEqual([1, true]);
  });

  it('the service checks a server of its list by itself, and tells how far it is', async () => {
    const told: LiveMessage[] = [];
    const socket = new WebSocket(new URL('/ws/live', service.url.replace('http', 'ws')));
    const ended = new Promise<TurnCheckState>((done) => {
      socket.on('message', (data) => {
        const message = liveMessageSchema.parse(JSON.parse(String(data)));
        told.push(message);
        if (message.type === 'turn-check' && message.check.state !== 'running') done(message.check);
      });
    });
    try {
      await new Promise((open) => socket.once('open', open));
      const { servers } = await api<{ servers: { id: string }[] }>('/api/servers');
      const started = await api<TurnCheckState>('/api/turn-checks', { server: servers[0]?.id });
      const state = await ended;
      expect(state).toMatchObject({ id: started.id, state: 'done', urisDone: 1, problems: [] });
      const progress = told.flatMap((message) => (message.type === 'turn-check' ? [message.check] : []));
      expect(progress.some(({ checksDone, checks }) => checksDone > 0 && checksDone <= checks)).toBe(true);
      const { report } = await api<RunDetail>(`/api/runs/${state.runs[0]}`);
      if (report.kind !== 'turn-report') throw new Error(report.kind);
      const passed = report.body.checks.filter(({ status }) => status === 'passed').map(({ id }) => id);
      expect(passed).toEqual(expect.arrayContaining(['A01', 'A04', 'F01']));
      // Harmless checks only.
      expect(report.body.packets.sent).toBeLessThanOrEqual(300);
      const left = report.body.checks.filter(({ observed }) => observed.includes('--destructive'));
      expect(left.map(({ status }) => status)).toContain('skipped');
      expect(JSON.stringify(report)).not.toContain(alice.password);
    } finally {
      socket.terminate();
    }
  });
});
