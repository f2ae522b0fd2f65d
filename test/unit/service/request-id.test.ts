/** One id from the header through the log to what users are shown. */
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { callService } from '../../../cli/service-client.ts';
import type { ApiError } from '../../../contract/api.ts';
import { ApiProblem } from '../../../dashboard/src/api/api-problem.ts';
import { call } from '../../../dashboard/src/api/call.ts';
import { joinRoom } from '../../../rooms/io/room-api.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts';

type Line = { readonly msg: string; readonly requestId?: string };

const given = 'proxy-4711:a.b_c';
let t: TestApp;
let lines: Line[];
beforeEach(() => {
  lines = [];
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await t.close();
});

async function start(options: TestAppOptions = {}): Promise<void> {
  const write = (line: string): void => void lines.push(JSON.parse(line));
  t = await startTestApp({ log: { level: 'debug', stream: { write } }, ...options });
}

const get = (url: string, id?: string) =>
  t.app.inject({ url, headers: id === undefined ? {} : { 'x-request-id': id } });

describe('the id of a request', () => {
  it('is taken over, answered, logged, and told with the error', async () => {
    await start();
    const reply = await get('/api/runs/none', given);
    expect(reply.headers['x-request-id']).toBe(given);
    expect(reply.json<ApiError>()).toMatchObject({ error: { code: 'not-found' }, requestId: given });
    expect(lines.map(({ requestId }) => requestId)).toEqual([given]);
  });

  it('is made where none came, and different each time', async () => {
    await start();
    const ids = [];
    for (const url of ['/api/runs/none', '/api/info', '/no/such', '/api/runs/none']) {
      ids.push((await get(url)).headers['x-request-id']);
    }
    expect(new Set(ids).size).toBe(4);
    expect(lines.map(({ requestId }) => requestId)).toEqual(ids);
  });

  it.each(['short', 'x'.repeat(65), 'two words', '{"level":50}', 'a\u00e9a\u00e9a\u00e9a\u00e9', ''])(
    'is not taken over when it is %j',
    async (id) => {
      await start();
      const told = (await get('/api/info', id)).headers['x-request-id'];
      expect(told).toMatch(/^[0-9a-f-]{36}$/);
      expect(lines.map(({ requestId }) => requestId)).toEqual([told]);
    },
  );

  it('stands in requests that are refused before anything else is done', async () => {
    await start();
    const foreign = { host: 'evil.example', 'x-request-id': given };
    const reply = await t.app.inject({ url: '/api/info', headers: foreign });
    expect([reply.statusCode, reply.headers['x-request-id'], reply.json<ApiError>().requestId]).toEqual([
      403,
      given,
      given,
    ]);
  });

  it('stands in the lines of what goes on after the answer', async () => {
    await start({
      runProbe: () => Promise.reject(new Error('boom')),
      runTurnCheck: () => Promise.reject(new Error('boom')),
    });
    const post = (url: string, payload: object, id: string) =>
      t.app.inject({ method: 'POST', url, payload, headers: { 'x-request-id': id } });
    const turn = { label: 't', urls: ['turn:192.0.2.1'] };
    const { id } = (await post('/api/servers', turn, 'adds-the-server')).json<{ id: string }>();
    await post('/api/probes', {}, 'starts-the-probe');
    await post('/api/turn-checks', { server: id }, 'starts-the-check');
    await post(`/api/servers/${id}/test`, {}, 'tests-the-server');
    const logged = (msg: string) =>
      lines.filter((line) => line.msg === msg).map(({ requestId }) => requestId);
    await expect.poll(() => logged('a TURN check broke off')).toEqual(['starts-the-check']);
    await expect.poll(() => logged('a probe broke off')).toEqual(['starts-the-probe', 'tests-the-server']);
    expect(logged('request failed')).toEqual(['tests-the-server']);
  });

  it('is told to users by the command, the dashboard and the room page', async () => {
    await start();
    const url = await t.app.listen({ port: 0 });
    lines = [];
    const send = fetch;
    vi.stubGlobal('fetch', (path: string | URL, init: RequestInit) => send(new URL(path, url), init));
    const told = async (asked: Promise<unknown>) => {
      const error = await asked.then(
        () => null,
        (problem: unknown) => problem,
      );
      return error instanceof ApiProblem ? `(request id ${error.requestId})` : String(error);
    };
    const says = [
      await told(callService(new URL(url), 'revokeLink', { id: 'none', adminToken: null })),
      await told(call('getRun', { params: { id: 'none' } })),
      await told(joinRoom({ service: url, room: 'none', token: 'A'.repeat(22) })),
    ];
    expect(lines.length).toBe(3);
    lines.forEach(({ requestId }, index) => {
      expect(says[index]).toContain(`(request id ${requestId})`);
    });
  });

  it('is answered when a WebSocket opens', async () => {
    await start();
    const url = await t.app.listen({ port: 0 });
    const headers = { 'x-request-id': given };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/live`, { headers });
    const [response] = await once(socket, 'upgrade');
    socket.terminate();
    expect(response.headers['x-request-id']).toBe(given);
  });
});
