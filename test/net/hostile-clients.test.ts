/** The service on loopback sockets, against clients that are slow, loud, deep or forging. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { RunningService } from '../../service/server.ts';
import { startQuietService } from '../quiet-service.ts';
import { sampleVisit } from '../unit/service/sample-reports.ts';

const adminToken = 'correct-horse-battery-staple';
const deepText = '['.repeat(50_000);
let service: RunningService;
let secure: RunningService;
const undo: (() => void)[] = [];
beforeAll(async () => {
  const limits = { requestSeconds: 1, requestsPerMinute: 100, reportsPerMinute: 1_000 };
  service = await startQuietService({ adminToken, limits });
  secure = await startQuietService({ adminToken, limits, tls: 'self' });
});
afterEach(() => {
  for (const step of undo.splice(0)) step();
});
afterAll(async () => {
  await service?.close();
  await secure?.close();
});

const isHealthy = async () => (await fetch(`${service.url}/healthz`)).status === 200;

/** Says this and no more; tells what came back until the service closed. */
async function trickle({ url }: RunningService, ...says: (string | Uint8Array)[]): Promise<string> {
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1');
  undo.push(() => socket.destroy());
  let heard = '';
  socket.on('data', (bytes) => {
    heard += String(bytes);
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const text of says) socket.write(text);
  await once(socket, 'close');
  return heard;
}

function post(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${service.url}/api/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

function open(path: string, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}${path}`, { headers });
  socket.on('error', () => {});
  undo.push(() => socket.terminate());
  return socket;
}

describe('a slow client', () => {
  it('is closed wherever it stops, and holds up nobody', async () => {
    const host = 'HTTP/1.1\r\nHost: 127.0.0.1\r\n';
    const json = 'Content-Length: 999\r\nContent-Type: application/json\r\n\r\n{';
    const closed = Promise.all([
      trickle(service, 'GET /api/info HT'),
      trickle(service, `GET /api/info ${host}X-A: `, 'b'),
      trickle(service, `POST /api/reports ${host}`, json),
      trickle(service, `GET /ws/live ${host}Upgrade: websocket\r\n`),
      trickle(secure, 'GET /'),
      // RFC 8446 §5.1: the head of a handshake record of 512 bytes, and no more.
      trickle(secure, new Uint8Array([22, 3, 1, 2, 0])),
    ]);
    expect(await isHealthy()).toBe(true);
    const [line, headers, body, upgrade, ...overTls] = await closed;
    for (const said of [line, headers, body, upgrade]) expect(said).toMatch(/^HTTP\/1\.1 408 /);
    expect(overTls).toEqual(['', '']);
  });
});

describe('a body', () => {
  const deep = (levels: number, inside = '') => `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`;

  it.each([
    ['nothing but brackets', deep(500_000)],
    ['objects in objects', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`],
    ['no end', '['.repeat(1_000_000)],
    ['a hundred thousand keys', `{${Array.from({ length: 100_000 }, (_, n) => `"k${n}":0`).join(',')}}`],
  ])('of %s is refused', async (_what, body) => {
    const reply = await post(body);
    expect(reply.status).toBe(400);
    expect(await isHealthy()).toBe(true);
  });

  it('with a report in which something nests deeply is stored without that, or refused', async () => {
    const text = JSON.stringify(sampleVisit()).replace('"notes":[]', `"notes":[],"x":${deep(200_000)}`);
    expect(text).toContain('[[[');
    const reply = await post(text);
    expect([200, 400]).toContain(reply.status);
    expect(await isHealthy()).toBe(true);
  });

  it('that is compressed is not unpacked', async () => {
    const reply = await post('not really gzip', { 'content-encoding': 'gzip' });
    expect(reply.status).toBe(400);
  });

  it('over the limit is refused by its length alone, and when it hides its length', async () => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('['.repeat(65_536))),
    });
    for (const body of ['x'.repeat(2_200_000), endless]) {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
      // Whoever still writes when the answer comes may miss it.
      const outcome = fetch(`${service.url}/api/reports`, init).then(
        ({ status }) => status,
        () => 'cut off',
      );
      expect([413, 'cut off']).toContain(await outcome);
    }
    expect(await isHealthy()).toBe(true);
  });
});

describe('a WebSocket', () => {
  it.each(['/ws/live', '/ws/rooms', '/ws/echo', '/ws/nat'])(
    '%s is not for pages of other sites',
    async (path) => {
      const socket = open(path, { origin: 'https://evil.example' });
      const [, response] = await once(socket, 'unexpected-response');
      expect(response.statusCode).toBe(403);
    },
  );

  it.each(['/ws/rooms', '/ws/echo', '/ws/nat'])(
    '%s is closed at a message that is too long',
    async (path) => {
      const socket = open(path);
      await once(socket, 'open');
      socket.send('x'.repeat(131_073));
      const [code] = await once(socket, 'close');
      // RFC 6455 §7.4.1: message too big.
      expect(code).toBe(1009);
    },
  );

  it.each(['/ws/rooms', '/ws/echo', '/ws/nat'])('%s is closed at nonsense and at a flood', async (path) => {
    for (const flood of ['{"type":"no such type"}', deepText]) {
      const socket = open(path);
      await once(socket, 'open');
      for (let n = 0; n < Math.min(500, 2_000_000 / flood.length); n += 1) socket.send(flood);
      const [code] = await once(socket, 'close');
      expect([1000, 1008]).toContain(code);
    }
    expect(await isHealthy()).toBe(true);
  });
});
describe('a session', () => {
  const login = (headers: Record<string, string>) =>
    fetch(`${service.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ token: adminToken }),
    });

  it('is never the one that somebody else has chosen (fixation)', async () => {
    const planted = `polynya_session=${'A'.repeat(43)}`;
    const reply = await login({ cookie: planted });
    const made = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(made).toMatch(/^polynya_session=[\w-]{43}$/);
    expect(made).not.toBe(planted);
    const runs = (cookie: string) => fetch(`${service.url}/api/runs`, { headers: { cookie } });
    expect((await runs(planted)).status).toBe(401);
    expect((await runs(made)).status).toBe(200);
    // The first cookie of a name counts: one that was planted for a longer path does not become a session either.
    expect((await runs(`${planted}; ${made}`)).status).toBe(401);
    // Nor is a session gone on with: what the browser had before a sign-in ends with it.
    const again = (await login({ cookie: made })).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(again).not.toBe(made);
    expect([(await runs(made)).status, (await runs(again)).status]).toEqual([401, 200]);
  });
});

describe('who guesses', () => {
  /** Guesses until the service says that it is enough. */
  async function guess(ask: (n: number) => Promise<Response>): Promise<number[]> {
    const statuses = new Set<number>();
    for (let n = 0; n < 150 && !statuses.has(429); n += 1) statuses.add((await ask(n)).status);
    return [...statuses];
  }

  it('a login, a token, a link, a code, a room or a witness is slowed down', async () => {
    const json = { 'content-type': 'application/json' };
    const text = (n: number) => String(n).padStart(22, 'A');
    const loginGuesses = await guess((n) =>
      fetch(`${service.url}/api/login`, { method: 'POST', headers: json, body: `{"token":"${text(n)}"}` }),
    );
    expect(loginGuesses).toEqual([401, 429]);
    // All other guesses of an address are counted together, right ones included.
    const bearer = (n: number) => ({ headers: { authorization: `Bearer ${text(n)}` } });
    const asks: ((n: number) => Promise<Response>)[] = [
      (n) => fetch(`${service.url}/api/runs`, bearer(n)),
      (n) => fetch(`${service.url}/api/t/${text(n)}`),
      (n) => fetch(`${service.url}/api/reports?code=${text(n).slice(-6)}`),
      (n) =>
        fetch(`${service.url}/api/rooms/r${n}/members`, {
          method: 'POST',
          headers: json,
          body: `{"token":"${text(n)}"}`,
        }),
      (n) => fetch(`${service.url}/api/witness/w${n}`, bearer(n)),
    ];
    const first = await Promise.all(asks.map(async (ask) => (await ask(0)).status));
    expect(first.filter((status) => ![401, 403, 404, 410].includes(status))).toEqual([]);
    expect(await guess((n) => asks[n % asks.length]?.(n) ?? Promise.reject(new Error('none')))).toContain(
      429,
    );
    for (const ask of asks) expect((await ask(1)).status).toBe(429);
  });
});
