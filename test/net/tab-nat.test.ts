/** `/ws/nat` on real loopback sockets, with an ICE agent of our own in the browser’s place. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { serveConfigSchema } from '../../contract/config.ts';
import { type TabNatServerMessage, tabNatServerMessageSchema } from '../../contract/tab-nat.ts';
import { newIceSide } from '../../probe/tab/ice-check.ts';
import { tabPeers } from '../../probe/tab/tab-plan.ts';
import { type RunningService, startService } from '../../service/server.ts';
import { drive } from '../../stun/io/drive.ts';
import { encodeMessage, methods } from '../../stun/message.ts';
import { IceTab } from '../sim/ice-tab.ts';

let service: RunningService;
const sockets: WebSocket[] = [];

beforeEach(async () => {
  const stun = { port: 0, alternatePort: 0 };
  const config = serveConfigSchema.parse({ port: 0, store: ':memory:', stun });
  service = await startService(config, { logTo: { write: () => undefined } });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await service.close();
});

/** The messages, one after the other; null: the service closed the socket. */
async function connect() {
  const socket = new WebSocket(`${service.url.replace('http', 'ws')}/ws/nat`);
  sockets.push(socket);
  const heard: (TabNatServerMessage | null)[] = [];
  socket.on('message', (data) => heard.push(tabNatServerMessageSchema.parse(JSON.parse(data.toString()))));
  socket.on('close', () => heard.push(null));
  const next = async (): Promise<TabNatServerMessage | null> => {
    while (heard.length === 0) await Promise.race([once(socket, 'message'), once(socket, 'close')]);
    return heard.shift() ?? null;
  };
  return { socket, next };
}

async function hello(message: unknown) {
  const { socket, next } = await connect();
  await once(socket, 'open');
  socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return next;
}

const offers = () => tabPeers.map(() => ({ ...newIceSide(randomBytes), local: null }));

describe('/ws/nat', () => {
  it('finds no NAT and no filter between two loopback addresses, while STUN goes on being served', async () => {
    const mine = offers();
    const next = await hello({ type: 'hello', version: 1, offers: mine });
    const first = await next();
    if (first?.type !== 'answers') throw new Error(`not answers: ${JSON.stringify(first)}`);
    const connections = first.answers.map(({ candidates, ...us }, index) => {
      const own = mine[index];
      if (own === undefined) throw new Error('an answer too many');
      return { name: `c${index}`, own, service: us, candidates };
    });
    expect(connections.map(({ candidates }) => candidates.length)).toEqual([4, 4, 1, 1, 1]);
    const done = new AbortController();
    const tab = drive(new IceTab(connections, randomBytes), {
      bindAddress: '127.0.0.1',
      signal: done.signal,
    });
    const stopped = tab.catch(() => undefined);
    const finding = await next();
    done.abort();
    await stopped;
    if (finding?.type !== 'finding') throw new Error(`no finding: ${JSON.stringify(finding)}`);
    expect(finding.result.nat).toMatchObject({
      mapping: 'endpoint-independent',
      filtering: 'endpoint-independent',
      udp: 'open',
      behindNat: null,
    });
    expect(finding.meanings['mapping']).toContain('one public port');
    const { evidence } = finding.result;
    expect(evidence.find(({ purpose }) => purpose === 'filter-1/change-both')).toMatchObject({
      outcome: 'answered',
      from: { address: '127.0.0.2' },
      iceCheck: { from: { address: '127.0.0.2' }, to: { address: '127.0.0.1' } },
    });
    expect(await next()).toBeNull();
    expect(await answersBinding()).toBe(true);
  });

  it('says that no UDP came, after two and a half seconds', async () => {
    const next = await hello({ type: 'hello', version: 1, offers: offers() });
    expect(await next()).toMatchObject({ type: 'answers' });
    const finding = await next();
    expect(finding).toMatchObject({
      type: 'finding',
      result: { nat: { udp: 'blocked' }, run: { packetsSent: 0 } },
    });
  });

  it.each([
    ['no JSON', 'hello', 'request-invalid'],
    ['another version', { type: 'hello', version: 2, offers: offers() }, 'request-invalid'],
    ['too few offers', { type: 'hello', version: 1, offers: offers().slice(1) }, 'request-invalid'],
    [
      'a password that is none',
      { type: 'hello', version: 1, offers: offers().map((o) => ({ ...o, pwd: 'x' })) },
      'request-invalid',
    ],
    ['a flood', 'x'.repeat(9_000), 'body-too-large'],
  ])('ends the session: %s', async (_what, message, code) => {
    const next = await hello(message);
    expect(await next()).toMatchObject({ type: 'error', code });
    expect(await next()).toBeNull();
  });

  it('admits ten tests of one address at the same time, and more once these are over', async () => {
    const open = await Promise.all(Array.from({ length: 10 }, connect));
    await Promise.all(open.map(({ socket }) => once(socket, 'open')));
    const { next } = await connect();
    expect(await next()).toMatchObject({ type: 'error', code: 'rate-limited' });
    const closed = open.map(({ socket }) => once(socket, 'close'));
    for (const { socket } of open) socket.close();
    await Promise.all(closed);
    expect(await (await hello('x'))()).toMatchObject({ code: 'request-invalid' });
  });
});

/** One plain Binding request to the STUN server whose sockets the tests share. */
async function answersBinding(): Promise<boolean> {
  const [, host, port] = /^stun:(.*):(\d+)$/.exec(service.stunUri ?? '') ?? [];
  const socket = createSocket('udp4');
  const transactionId = randomBytes(12);
  const ask = encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes: [] });
  try {
    socket.send(ask, Number(port), host);
    const [bytes] = await once(socket, 'message');
    return bytes instanceof Buffer && bytes.subarray(8, 20).equals(transactionId);
  } finally {
    socket.close();
  }
}
