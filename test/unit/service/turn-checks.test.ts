import { afterEach, describe, expect, it } from 'vitest';
import type { ServerView } from '../../../contract/servers.ts';
import type { ServerChecks, TurnCheckState } from '../../../contract/turn-checks.ts';
import type { RunTurnCheck, ServiceCheckOptions } from '../../../service/deps.ts';
import { sampleTurn } from './sample-reports.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let t: TestApp;
afterEach(() => t.close());

const secret = 'hush-4242-hush';
const relay = {
  label: 'Relay',
  urls: ['turn:192.0.2.1', 'stun:192.0.2.1', 'turns:192.0.2.1:443'],
  auth: 'secret',
  credential: secret,
};

async function call<T>(method: 'GET' | 'POST', url: string, payload?: object) {
  const reply = await t.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, text: reply.body, body: reply.json<T>() };
}

async function serverNamed(label: string): Promise<ServerView> {
  const { body } = await call<{ servers: ServerView[] }>('GET', '/api/servers');
  const found = body.servers.find((server) => server.label === label);
  if (found === undefined) throw new Error(`no server ${label}`);
  return found;
}

const start = (server: string) => call<TurnCheckState>('POST', '/api/turn-checks', { server });

async function ended(id: string): Promise<TurnCheckState> {
  for (;;) {
    const { body } = await call<TurnCheckState>('GET', `/api/turn-checks/${id}`);
    if (body.state !== 'running') return body;
    await new Promise(setImmediate);
  }
}

/** A check that ends when the test says so. */
function heldCheck() {
  const calls: ServiceCheckOptions[] = [];
  const ends: (() => void)[] = [];
  const runTurnCheck: RunTurnCheck = (options) => {
    calls.push(options);
    return new Promise((resolve, reject) => {
      ends.push(() => resolve({ report: sampleTurn({ uri: options.target.uri.text }) }));
      options.signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  return { calls, ends, runTurnCheck };
}

describe('POST /api/turn-checks', () => {
  it('checks the TURN URLs one after the other, with the login, and stores a report of each', async () => {
    const held = heldCheck();
    t = await startTestApp({ runTurnCheck: held.runTurnCheck, config: { servers: [relay] } });
    const { id } = await serverNamed('Relay');
    const started = await start(id);
    expect(started).toMatchObject({
      status: 200,
      body: { server: id, state: 'running', uri: 'turn:192.0.2.1', urisDone: 0, uris: 2, runs: [] },
    });
    expect(held.calls.map(({ target }) => target.secret)).toEqual([secret]);
    held.calls[0]?.onProgress(7, 100);
    expect((await call<TurnCheckState>('GET', `/api/turn-checks/${started.body.id}`)).body).toMatchObject({
      checksDone: 7,
      checks: 100,
    });
    held.ends[0]?.();
    while (held.calls.length < 2) await new Promise(setImmediate);
    expect(held.calls[1]?.target.uri.text).toBe('turns:192.0.2.1:443');
    held.ends[1]?.();
    const state = await ended(started.body.id);
    expect(state).toMatchObject({ state: 'done', urisDone: 2, problems: [] });
    expect(state.runs).toHaveLength(2);

    const { lastChecks } = await serverNamed('Relay');
    expect(lastChecks.map(({ id: run, turn }) => [run, turn?.uri, turn?.rttMs])).toEqual([
      [state.runs[0], 'turn:192.0.2.1', 1],
      [state.runs[1], 'turns:192.0.2.1:443', 1],
    ]);
    const checks = await call<ServerChecks>('GET', `/api/servers/${id}/checks`);
    expect(checks.body.latest).toEqual(state);
    expect(checks.body.history.map(({ id: run }) => run).sort()).toEqual([...state.runs].sort());
  });

  it('runs one check of a server at a time, and two at all', async () => {
    const held = heldCheck();
    const servers = ['A', 'B', 'C'].map((label) => ({ ...relay, label, urls: [`turn:${label}.example`] }));
    t = await startTestApp({ runTurnCheck: held.runTurnCheck, config: { servers } });
    const [a, b, c] = await Promise.all(['A', 'B', 'C'].map(serverNamed));
    const first = await start(a?.id ?? '');
    expect(await start(a?.id ?? '')).toMatchObject({
      status: 409,
      body: { error: { code: 'check-running' } },
    });
    expect((await start(b?.id ?? '')).status).toBe(200);
    expect((await start(c?.id ?? '')).status).toBe(409);
    held.ends[0]?.();
    await ended(first.body.id);
    expect((await start(c?.id ?? '')).status).toBe(200);
  });

  it('refuses servers that are not there or speak no TURN, and everything but a server of the list', async () => {
    t = await startTestApp();
    expect((await start('gone')).status).toBe(404);
    expect(await start('embedded')).toMatchObject({ status: 400, body: { field: 'server' } });
    const wild = { server: 'embedded', uri: 'turn:198.51.100.1' };
    expect(await call('POST', '/api/turn-checks', wild)).toMatchObject({
      status: 400,
      body: { field: 'uri' },
    });
    expect((await call('GET', '/api/turn-checks/c-none')).status).toBe(404);
    expect((await call('GET', '/api/servers/gone/checks')).status).toBe(404);
  });

  it('is for administrators', async () => {
    t = await startTestApp({ token: 'a-token-of-sixteen-and-more', config: { servers: [relay] } });
    for (const [method, url] of [
      ['POST', '/api/turn-checks'],
      ['GET', '/api/turn-checks/c1'],
      ['GET', '/api/servers/embedded/checks'],
    ] as const) {
      expect((await call(method, url, method === 'POST' ? { server: 'embedded' } : undefined)).status).toBe(
        401,
      );
    }
  });

  it('says which URL could not be checked, and goes on with the next', async () => {
    const runTurnCheck: RunTurnCheck = async ({ target }) =>
      target.uri.transport === 'udp'
        ? {
            failure: {
              code: 'dns-not-found',
              blame: 'network',
              message: 'The server name does not resolve to an address.',
              next: 'Check the spelling.',
            },
          }
        : { report: sampleTurn({ uri: target.uri.text }) };
    t = await startTestApp({ runTurnCheck, config: { servers: [relay] } });
    const { body } = await start((await serverNamed('Relay')).id);
    const state = await ended(body.id);
    expect(state).toMatchObject({ state: 'failed', urisDone: 2 });
    expect(state.runs).toHaveLength(1);
    expect(state.problems).toEqual(['The server name does not resolve to an address.']);
  });

  it('stops with the service, and stores nothing half', async () => {
    const held = heldCheck();
    t = await startTestApp({ runTurnCheck: held.runTurnCheck, config: { servers: [relay] } });
    await start((await serverNamed('Relay')).id);
    await t.app.close();
    expect(held.calls[0]?.signal.aborted).toBe(true);
    expect(held.calls).toHaveLength(1);
    expect(await t.store.countRuns()).toBe(0);
  });

  it('lets no secret into log or answer, even when the check breaks off with one in its message', async () => {
    const lines: string[] = [];
    t = await startTestApp({
      runTurnCheck: async ({ target }) => {
        throw new Error(`cannot use ${target.secret}`);
      },
      config: { servers: [relay] },
      log: { level: 'debug', stream: { write: (line) => lines.push(line) } },
    });
    const { id } = await serverNamed('Relay');
    const { body } = await start(id);
    expect(await ended(body.id)).toMatchObject({ state: 'failed', runs: [] });
    const answers = [
      await call('GET', `/api/turn-checks/${body.id}`),
      await call('GET', `/api/servers/${id}/checks`),
      await call('GET', '/api/servers'),
    ];
    expect(lines.join('')).toContain('cannot use •••');
    for (const text of [lines.join(''), ...answers.map((answer) => answer.text)]) {
      expect(text).not.toContain(secret);
    }
  });
});
