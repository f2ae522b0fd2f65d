/** The whole service on real loopback sockets: starting, refusing to start, WebSockets, stopping. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { CheckConfig } from '../../contract/api.ts';
import { serveConfigSchema } from '../../contract/config.ts';
import { type LiveMessage, liveMessageSchema } from '../../contract/signal.ts';
import { ServiceStartError } from '../../service/fault.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { decodeMessage, encodeMessage, getAttribute, methods } from '../../stun/message.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { sampleVisit } from '../unit/service/sample-reports.ts';

let folder: string;
const undo: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-service-'));
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

type Config = Parameters<typeof serveConfigSchema.parse>[0] & object;
const freePorts = { port: 0, alternatePort: 0 };

function config(over: Config = {}) {
  const base = { port: 0, store: join(folder, 'runs.sqlite'), stun: freePorts };
  return serveConfigSchema.parse({ ...base, ...over });
}

async function start(over: Config = {}): Promise<RunningService> {
  const service = await startService(config(over), { logTo: { write: () => {} } });
  undo.push(() => service.close());
  return service;
}

async function startError(over: Config): Promise<ServiceStartError> {
  try {
    await start(over);
  } catch (error) {
    if (error instanceof ServiceStartError) return error;
    throw error;
  }
  throw new Error('the service started');
}

async function occupy(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, host);
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

/** Opens /ws/live; messages can be awaited one by one. */
function live(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/live`, { headers });
  undo.push(async () => socket.terminate());
  const messages: LiveMessage[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    messages.push(liveMessageSchema.parse(JSON.parse(String(data))));
    wake();
  });
  const next = async (): Promise<LiveMessage> => {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    const message = messages.shift();
    if (message === undefined) throw new Error('no message');
    return message;
  };
  const refusal = new Promise<number>((resolve) =>
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      // Resolved once the service has let go of the connection: a refused one must not stay open.
      response.socket.once('close', () => resolve(response.statusCode ?? 0));
    }),
  );
  socket.on('error', () => {});
  return { socket, next, refusal };
}

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);

/** Asks a STUN server on this host by UDP how it sees us. */
async function mappedAddress(address: string, port: number): Promise<string | undefined> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  undo.push(async () => socket.close());
  const transactionId = randomBytes(12);
  const answer = once(socket, 'message');
  socket.send(
    encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes: [] }),
    port,
    address,
  );
  const [bytes] = await answer;
  const decoded = decodeMessage(bytes);
  return decoded.ok ? getAttribute(decoded.message, 'XOR-MAPPED-ADDRESS')?.address : undefined;
}

async function post(service: RunningService, path: string, body: unknown): Promise<Record<string, unknown>> {
  const reply = await fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
  return (await reply.json()) as Record<string, unknown>;
}

describe('a started service', () => {
  it('is healthy, and tells where it is and who may do what', async () => {
    const service = await start();
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(service.stunUri).toMatch(/^stun:127\.0\.0\.1:\d+$/);
    expect(service.adminToken).toBeNull();
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    const info = await (await fetch(`${service.url}/api/info`)).json();
    expect(info).toMatchObject({ embeddedStun: service.stunUri, role: 'admin' });
  });

  it('probes from this host through its own STUN server, live on every dashboard', async () => {
    const service = await start();
    const dashboards = [live(service.url), live(service.url)];
    for (const { next } of dashboards) expect(await next()).toEqual({ type: 'hello', version: 1 });
    const { id } = await post(service, '/api/probes', {});
    for (const { next } of dashboards) {
      const seen: LiveMessage[] = [];
      do seen.push(await next());
      while (seen.at(-1)?.type !== 'probe-ended');
      const end = seen.at(-1);
      expect(end).toMatchObject({ type: 'probe-ended', probe: id, error: null, run: expect.any(String) });
      expect(seen.some((message) => message.type === 'probe-progress')).toBe(true);
      const added = seen.find((message) => message.type === 'run-added');
      if (added?.type !== 'run-added' || end?.type !== 'probe-ended') throw new Error('no run');
      expect(added.run.id).toBe(end.run);
      expect(added.run.nat).toMatchObject({ mapping: 'endpoint-independent' });
    }
  });

  it('tests a server that nobody serves, and says what is wrong with it', async () => {
    const unused = createSocket('udp4');
    unused.bind(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address();
    await new Promise<void>((resolve) => unused.close(() => resolve()));
    const service = await start();
    const server = await post(service, '/api/servers', { label: 'gone', urls: [`stun:127.0.0.1:${port}`] });
    const tested = await post(service, `/api/servers/${server['id']}/test`, {});
    expect(tested['lastTest']).toMatchObject({
      results: [{ status: 'failed', failure: { code: expect.any(String), next: expect.any(String) } }],
    });
  });

  it('tells dashboards about reports and servers, once each', async () => {
    const service = await start();
    const { next } = live(service.url);
    await next();
    const { id } = await post(service, '/api/reports', sampleVisit());
    await post(service, '/api/reports', sampleVisit());
    await post(service, '/api/servers', { label: 's', urls: ['stun:127.0.0.1'] });
    expect(await next()).toMatchObject({ type: 'run-added', run: { id } });
    expect(await next()).toEqual({ type: 'servers-changed' });
  });
});

describe('WebSockets', () => {
  it('open for the own page and for programs, not for pages of other sites or under other names', async () => {
    const service = await start();
    expect(await live(service.url, { origin: service.url }).next()).toMatchObject({ type: 'hello' });
    for (const origin of ['https://evil.example', 'null']) {
      expect(await live(service.url, { origin }).refusal).toBe(403);
    }
    expect(await live(service.url, { host: 'evil.example' }).refusal).toBe(403);
    const echo = new WebSocket(`${service.url.replace('http', 'ws')}/ws/echo`, {
      origin: 'https://evil.example',
    });
    echo.on('error', () => {});
    const [, response] = await once(echo, 'unexpected-response');
    expect(response.statusCode).toBe(403);
  });

  it('want the token where there is one; the session cookie will do', async () => {
    const token = 'a-token-of-good-length';
    const service = await start({ adminToken: token });
    expect(await live(service.url).refusal).toBe(401);
    const login = await fetch(`${service.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await live(service.url, { cookie }).next()).toMatchObject({ type: 'hello' });
    expect(await live(service.url, { authorization: `Bearer ${token}` }).next()).toMatchObject({
      type: 'hello',
    });
  });

  it('end a sender on the socket that only listens', async () => {
    const service = await start();
    const { socket, next } = live(service.url);
    await next();
    socket.send('hello?');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1008);
  });
});

describe('listening beyond loopback', () => {
  it('makes a token, prints it to nobody else, and gives each caller a STUN address that it can reach', async () => {
    const lines: string[] = [];
    const service = await startService(config({ host: '0.0.0.0', log: 'debug' }), {
      logTo: { write: (line) => lines.push(line) },
    });
    undo.push(() => service.close());
    expect(service.adminToken).toMatch(/^[\w-]{32}$/);
    expect((await fetch(`${service.url}/api/runs`)).status).toBe(401);
    const headers = { authorization: `Bearer ${service.adminToken}` };
    expect((await fetch(`${service.url}/api/runs`, { headers })).status).toBe(200);
    const stunPort = service.stunUri?.split(':').at(-1);
    for (const host of ['127.0.0.1', '127.0.0.2']) {
      const reply = await fetch(`${service.url.replace('127.0.0.1', host)}/api/check`);
      expect(await reply.json()).toMatchObject({ iceServers: [{ urls: [`stun:${host}:${stunPort}`] }] });
    }
    expect(service.notes.join(' ')).toMatch(/every address/);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain(service.adminToken);
  });

  it.skipIf(!hasIpv6)('answers STUN in both families on every address (skipped without IPv6)', async () => {
    const service = await start({ host: '::', adminToken: 'a-token-of-good-length' });
    const { port } = new URL(service.url);
    for (const [address, host] of [
      ['127.0.0.1', '127.0.0.1'],
      ['::1', '[::1]'],
    ] as const) {
      const check = (await (await fetch(`http://${host}:${port}/api/check`)).json()) as CheckConfig;
      const [url] = check.iceServers.flatMap(({ urls }) => urls);
      const parsed = parseStunUri(url ?? '');
      if (!parsed.ok) throw new Error(parsed.problem);
      expect(parsed.uri.host).toBe(address);
      expect(await mappedAddress(address, parsed.uri.port)).toBe(address);
    }
  });

  it('warns that a fixed TURN password goes to every visitor', async () => {
    const turn = {
      label: 'Fixed',
      urls: ['turn:192.0.2.1'],
      auth: 'password',
      username: 'u',
      credential: 'p',
    };
    const open = await start({ host: '0.0.0.0', servers: [turn] });
    expect(open.notes.join(' ')).toMatch(/TURN password of: Fixed/);
    await open.close();
    const closed = await start({ servers: [turn] });
    expect(closed.notes.join(' ')).not.toContain('TURN password');
  });
});

describe('what keeps it from starting', () => {
  it('is a taken port: it says which, and which option helps; nothing stays open', async () => {
    const { port } = await occupy('127.0.0.1');
    const stun = { port: 0, alternatePort: 0 };
    const { failure } = await startError({ port, stun });
    expect(failure).toMatchObject({ code: 'port-taken', blame: 'local' });
    expect(failure.message).toContain(`127.0.0.1:${port}`);
    expect(failure.next).toContain('--port');
    // The store was closed again: another start on the same file works at once.
    await start();
  });

  it('is a taken STUN port', async () => {
    const taken = createSocket('udp4');
    undo.push(() => new Promise<void>((resolve) => taken.close(() => resolve())));
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address();
    const { failure } = await startError({ stun: { port, alternatePort: port === 65535 ? 1024 : port + 1 } });
    expect(failure.code).toBe('port-taken');
    expect(failure.message).toContain(`127.0.0.1:${port}`);
    expect(failure.next).toContain('--stun-port');
    expect(failure.next).toContain('--no-stun');
  });

  it('is an address that this host does not have, or a store that cannot be', async () => {
    const foreign = await startError({ host: '192.0.2.55', stun: { enabled: false } });
    expect(foreign.failure).toMatchObject({ code: 'local-bind-failed' });
    expect(foreign.failure.message).toContain('192.0.2.55');
    const store = await startError({ store: join(folder, 'a\0b') });
    expect(store.failure.code).toBe('store-failed');
    const aFolder = await startError({ store: folder });
    expect(aFolder.failure).toMatchObject({ code: 'store-failed' });
    expect(aFolder.failure.message).toContain(folder);
  });
});

describe('stopping', () => {
  it('takes less than 3 s with open sockets, idle connections and a request under way, and frees the ports', async () => {
    const service = await start();
    const { socket, next } = live(service.url);
    await next();
    const { port } = new URL(service.url);
    // A client that sends half a request and then nothing.
    const { connect } = await import('node:net');
    const half = connect(Number(port), '127.0.0.1');
    undo.push(async () => half.destroy());
    await once(half, 'connect');
    half.write(
      'POST /api/reports HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\nContent-Type: application/json\r\n\r\n{',
    );
    await fetch(`${service.url}/healthz`);
    const closed = once(socket, 'close');
    const halfClosed = once(half, 'close');
    half.on('error', () => {});
    const before = performance.now();
    await service.close();
    expect(performance.now() - before).toBeLessThan(3000);
    expect((await closed)[0]).toBe(1001);
    await halfClosed;
    await service.close();
    const [, stunPort] = /:(\d+)$/.exec(service.stunUri ?? '') ?? [];
    await start({ port: Number(port), stun: { port: Number(stunPort), alternatePort: 0 } });
  });
});
