/** The echo peer over the real WebSocket, on loopback; its native part runs in its own process. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EchoOptions, registerEcho } from '../../service/routes/echo.ts';
import type { EchoPool } from '../../service/rtc/echo-pool.ts';
import { buildEchoProcess } from './echo-build.ts';
import { RawClient, runEcho } from './echo-client.ts';

let app: FastifyInstance | null = null;

async function start(options: Partial<EchoOptions> = {}): Promise<{ url: string; pool: EchoPool }> {
  app = Fastify();
  await app.register(websocket);
  const running = app;
  let pool: EchoPool | null = null;
  await app.register(async (scope) => {
    pool = registerEcho(scope as unknown as typeof running, {
      sessions: 4,
      seconds: 20,
      refuses: () => false,
      ...options,
    }).pool;
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  if (pool === null) throw new Error('not registered');
  return { url: `${url.replace('http', 'ws')}/ws/echo`, pool };
}

async function greeted(url: string): Promise<RawClient> {
  const client = await new RawClient(url).opened();
  client.send({ type: 'hello', version: 1 });
  await client.hear('hello');
  return client;
}

/** A well-formed offer of a peer that does not exist. */
const offer = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:abcdefghijklmnopqrstuvwx',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=setup:actpass',
  'a=sctp-port:5000',
  '',
].join('\r\n');

beforeAll(() => buildEchoProcess(), 90_000);
afterEach(async () => {
  vi.unstubAllEnvs();
  await app?.close();
  app = null;
});

describe('echo peer', () => {
  it('sends text and binary messages back unchanged, and announces loopback to a local client', async () => {
    const { url } = await start();
    const binary = Uint8Array.from({ length: 3000 }, (_, index) => index % 251);
    const run = await runEcho(url, ['one', 'zwei ☃', binary]);
    expect(run.echoed[0]).toBe('one');
    expect(run.echoed[1]).toBe('zwei ☃');
    expect(Buffer.compare(Buffer.from(run.echoed[2] ?? ''), Buffer.from(binary))).toBe(0);
    expect(run.remoteCandidates.some((candidate) => candidate.split(' ')[4] === '127.0.0.1')).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')('gets the environment without its secrets', async () => {
    vi.stubEnv('POLYNYA_ADMIN_TOKEN', 'not-for-the-echo-peer-1');
    vi.stubEnv('PGPASSWORD', 'not-for-the-echo-peer-2');
    const { url, pool } = await start();
    await greeted(url);
    await vi.waitUntil(() => pool.pid !== null);
    const environment = readFileSync(`/proc/${pool.pid}/environ`, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toContain('not-for-the-echo-peer');
  });

  it('is reached through its door by clients that come through a TURN server', async () => {
    const { url } = await start();
    const run = await runEcho(url, ['through', 'the', 'door'], true);
    expect(run.echoed).toEqual(['through', 'the', 'door']);
    const addresses = run.remoteCandidates.map((candidate) => candidate.split(' ')[4]);
    expect(addresses).toContain('127.0.0.1');
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('its door passes nothing of a stranger who has no signed check', async () => {
    const { url } = await start();
    const client = await greeted(url);
    client.send({ type: 'offer', sdp: offer, relayOnly: true });
    await client.hear('answer');
    const { candidate } = (await client.hear('candidate')).candidate;
    const port = Number(candidate.split(' ')[5]);
    const stranger = createSocket('udp4');
    const heard: Buffer[] = [];
    stranger.on('message', (bytes) => heard.push(bytes));
    // A Binding request without integrity (the peer alone would answer it with an error), and plain rubbish.
    const plain = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
    for (const bytes of [plain, Buffer.alloc(1400, 0x16), Buffer.alloc(0)])
      stranger.send(bytes, port, '127.0.0.1');
    expect((await runEcho(url, ['still here'], true)).echoed).toEqual(['still here']);
    expect(heard).toEqual([]);
    stranger.close();
    client.send({ type: 'bye' });
    await client.closed();
  });

  it('serves sessions side by side from one process', async () => {
    const { url, pool } = await start();
    const runs = await Promise.all(['a', 'b', 'c'].map(async (text) => runEcho(url, [text])));
    expect(runs.map((run) => run.echoed[0])).toEqual(['a', 'b', 'c']);
    expect(pool.pid).not.toBeNull();
  });

  it('echoes no more than 200 messages per second', async () => {
    const { url } = await start();
    const run = await runEcho(
      url,
      Array.from({ length: 200 }, (_, index) => `${index}`),
    );
    expect(run.echoed).toHaveLength(200);
    // One more within the same second is dropped, so the run could only end by its time limit.
    const tooMany = Array.from({ length: 260 }, (_, index) => `${index}`);
    const outcome = await Promise.race([
      runEcho(url, tooMany).then((late) => late.echoed.length),
      new Promise<'dropped'>((resolve) => setTimeout(() => resolve('dropped'), 1500)),
    ]);
    expect(outcome).toBe('dropped');
  });

  it('serves several peers over one socket, each by its name; what is wrong with one leaves the others alone', async () => {
    const { url, pool } = await start();
    const client = await greeted(url);
    for (const peer of ['relay-1', 'direct-1']) client.send({ type: 'offer', peer, sdp: offer });
    client.send({ type: 'offer', peer: 'broken', sdp: 'none' });
    const error = await client.hear('error');
    expect(error).toMatchObject({ peer: 'broken', code: 'request-invalid' });
    const answered = () =>
      client.heard.flatMap((message) => (message.type === 'answer' ? [message.peer] : [])).sort();
    await expect.poll(answered).toEqual(['direct-1', 'relay-1']);
    expect(pool.size).toBe(2);
    // A candidate for a peer that has gone meanwhile is nobody's fault.
    client.send({ type: 'candidate', peer: 'broken', candidate: { candidate: 'candidate:', sdpMid: '0' } });
    client.send({ type: 'bye', peer: 'relay-1' });
    await expect.poll(() => pool.size).toBe(1);
    client.send({ type: 'offer', peer: 'direct-1', sdp: offer });
    await client.closed();
    expect(client.heard.at(-1)).toMatchObject({ type: 'error', code: 'request-invalid' });
    expect(pool.size).toBe(0);
  });

  it('bounds the peers of all sockets together', async () => {
    const { url } = await start({ sessions: 1 });
    const client = await greeted(url);
    for (let index = 1; index <= 9; index += 1)
      client.send({ type: 'offer', peer: `p-${index}`, sdp: offer });
    expect(await client.hear('error')).toMatchObject({ peer: 'p-9', code: 'rate-limited' });
    client.send({ type: 'bye' });
    await client.closed();
  });

  it('tells its sessions when the echo process dies, and starts a new one', async () => {
    const { url, pool } = await start();
    const client = await greeted(url);
    client.send({ type: 'offer', sdp: offer });
    await client.hear('answer');
    const firstPid = pool.pid;
    expect(firstPid).not.toBeNull();
    if (firstPid !== null) process.kill(firstPid, 'SIGKILL');
    expect((await client.hear('error')).code).toBe('harness-fault');
    await client.closed();
    expect((await runEcho(url, ['again'])).echoed).toEqual(['again']);
    expect(pool.pid).not.toBe(firstPid);
  });

  it('leaves no process behind when the app closes', async () => {
    const { url, pool } = await start();
    await runEcho(url, ['x']);
    const pid = pool.pid;
    await app?.close();
    app = null;
    expect(pid).not.toBeNull();
    expect(() => process.kill(pid ?? 0, 0)).toThrow(/ESRCH/);
  });
});

describe('hostile clients', () => {
  const candidate = { candidate: 'candidate:1 1 UDP 2114977791 127.0.0.1 9 typ host', sdpMid: '0' };
  const first = [
    ['not JSON', '{"type":', 'request-invalid', /not JSON/],
    ['an unknown type', { type: 'shell' }, 'request-invalid', /type/],
    ['another version', { type: 'hello', version: 2 }, 'request-invalid', /speaks version 1/],
    ['an offer before hello', { type: 'offer', sdp: offer }, 'request-invalid', /after hello/],
    ['a candidate before hello', { type: 'candidate', candidate }, 'request-invalid', /after the offer/],
  ] as const;
  it.each(first)('%s ends the session with a reason', async (_name, message, code, text) => {
    const { url, pool } = await start();
    const client = await new RawClient(url).opened();
    client.send(message);
    const error = await client.hear('error');
    expect(error).toMatchObject({ code, message: expect.stringMatching(text) });
    expect(await client.closed()).toBe(1000);
    expect(pool.pid).toBeNull();
  });

  const offers = [
    ['no SDP at all', 'hello', /not an SDP/],
    ['audio and video', `${offer}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`, /exactly one section/],
    ['no fingerprint', offer.replace(/a=fingerprint.*\r\n/, ''), /no fingerprint/],
    ['a fingerprint that is none', offer.replace(/sha-256 .*\r\n/, 'sha-256 zz\r\n'), /sdp/],
    ['an SDP above the limit', offer + 'a=x\r\n'.repeat(15_000), /sdp/],
  ] as const;
  it.each(offers)('an offer with %s is refused, and the service goes on', async (_name, sdp, text) => {
    const { url } = await start();
    const client = await greeted(url);
    client.send({ type: 'offer', sdp });
    const error = await client.hear('error');
    expect(error).toMatchObject({ code: 'request-invalid', message: expect.stringMatching(text) });
    await client.closed();
    expect((await runEcho(url, ['still here'])).echoed).toEqual(['still here']);
  });

  it('a second offer, a flood of messages and binary frames end the session', async () => {
    const { url } = await start();
    const twice = await greeted(url);
    twice.send({ type: 'offer', sdp: offer });
    twice.send({ type: 'offer', sdp: offer });
    expect((await twice.hear('error')).message).toMatch(/One offer/);
    const flood = await greeted(url);
    flood.send({ type: 'offer', sdp: offer });
    for (let index = 0; index < 250; index++) flood.send({ type: 'candidate', candidate });
    expect((await flood.hear('error')).code).toBe('rate-limited');
    const binary = await greeted(url);
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect((await binary.hear('error')).message).toMatch(/text/);
    await Promise.all([twice.closed(), flood.closed(), binary.closed()]);
  });

  it('takes no more sessions than configured, and frees them', async () => {
    const { url } = await start({ sessions: 1 });
    const one = await greeted(url);
    const two = await new RawClient(url).opened();
    expect((await two.hear('error')).code).toBe('rate-limited');
    expect(await two.closed()).toBe(1013);
    one.send({ type: 'bye' });
    await one.closed();
    expect((await runEcho(url, ['free'])).echoed).toEqual(['free']);
  });

  it('ends a session after its seconds', async () => {
    const { url } = await start({ seconds: 1 });
    const client = await greeted(url);
    expect((await client.hear('error')).code).toBe('timeout');
    await client.closed();
  });
});
