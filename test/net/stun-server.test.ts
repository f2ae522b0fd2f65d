import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pathVerdicts } from '../../probe/path/path-verdicts.ts';
import { TcpTest, type TcpTestEvent } from '../../probe/path/tcp-test.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import {
  type Attribute,
  decodeMessage,
  encodeMessage,
  getAttribute,
  methods,
  StreamFramer,
  type StunMessage,
} from '../../stun/index.ts';
import { drive } from '../../stun/io/drive.ts';
import { ListenError } from '../../turn/io/listen-error.ts';
import { type StunServerHandle, type StunServerOptions, startStunServer } from '../../turn/io/stun-server.ts';

const loopback = { address: '127.0.0.1', port: 0 };
const both: StunServerOptions = { primary: loopback, alternate: { address: '127.0.0.2', port: 0 } };

const undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function start(options: StunServerOptions): Promise<StunServerHandle> {
  const server = await startStunServer(options);
  undo.push(() => server.close());
  return server;
}

function request(attributes: readonly Attribute[] = []): Uint8Array {
  const transactionId = crypto.getRandomValues(new Uint8Array(12));
  return encodeMessage({ method: methods.binding, class: 'request', transactionId, attributes });
}

/** Sends one datagram and returns the answer with its source and our own endpoint. */
async function askUdp(
  to: Endpoint,
  bytes: Uint8Array,
): Promise<{ from: Endpoint; local: Endpoint; message: StunMessage }> {
  const socket = createSocket(to.address.includes(':') ? 'udp6' : 'udp4');
  undo.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  socket.send(bytes, to.port, to.address);
  const [answer, from] = await once(socket, 'message', { signal: AbortSignal.timeout(5000) });
  const local = { address: to.address, port: socket.address().port };
  return { from: { address: from.address, port: from.port }, local, message: decoded(answer) };
}

function decoded(bytes: Uint8Array): StunMessage {
  const result = decodeMessage(bytes);
  if (!result.ok) throw new Error(result.problem);
  return result.message;
}

async function dial(to: Endpoint): Promise<Socket> {
  const socket = connect(to.port, to.address);
  socket.on('error', () => {});
  undo.push(() => socket.destroy());
  await once(socket, 'connect', { signal: AbortSignal.timeout(5000) });
  return socket;
}

describe('four endpoints on loopback', () => {
  it('pairs the ports of both addresses and says that nothing is missing', async () => {
    const server = await start(both);
    const { PP, PA, AP, AA } = server.endpoints;
    expect(server).toMatchObject({ rfc5780: true, note: null, uri: `stun:127.0.0.1:${PP.port}` });
    expect([PP.port, PA?.port]).toEqual([AP?.port, AA?.port]);
    expect(PP.port).not.toBe(PA?.port);
    expect([PP.address, PA?.address, AP?.address, AA?.address]).toEqual([
      '127.0.0.1',
      '127.0.0.1',
      '127.0.0.2',
      '127.0.0.2',
    ]);
  });

  it('answers each request from the socket that the change asks for', async () => {
    const { endpoints } = await start(both);
    const changes = [
      [false, false, endpoints.PP],
      [true, false, endpoints.AP],
      [false, true, endpoints.PA],
      [true, true, endpoints.AA],
    ] as const;
    for (const [changeIp, changePort, expected] of changes) {
      const change: Attribute = { name: 'CHANGE-REQUEST', value: { changeIp, changePort } };
      const { from, local, message } = await askUdp(endpoints.PP, request([change]));
      expect(from).toEqual(expected);
      expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toEqual(local);
      expect(getAttribute(message, 'RESPONSE-ORIGIN')).toEqual(expected);
      expect(getAttribute(message, 'OTHER-ADDRESS')).toEqual(endpoints.AA);
    }
  });

  it('announces the way back on its second address', async () => {
    const { endpoints } = await start(both);
    const { message } = await askUdp(endpoints.AA ?? endpoints.PP, request());
    expect(getAttribute(message, 'OTHER-ADDRESS')).toEqual(endpoints.PP);
  });

  it('survives junk on every socket', async () => {
    const { endpoints } = await start(both);
    for (const to of Object.values(endpoints)) {
      const socket = createSocket('udp4');
      undo.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
      for (const size of [0, 1, 19, 20, 1400])
        socket.send(crypto.getRandomValues(new Uint8Array(size)), to.port, to.address);
      expect((await askUdp(to, request())).message.class).toBe('success');
    }
  });
});

describe('IPv6', () => {
  it('serves ::1', async (context) => {
    const server = await startStunServer({ primary: { address: '::1', port: 0 }, alternate: null }).catch(
      (error) => {
        if (error instanceof ListenError && error.errno === 'EADDRNOTAVAIL') return null;
        throw error;
      },
    );
    if (server === null) return context.skip('this machine has no ::1');
    undo.push(() => server.close());
    expect(server.uri).toBe(`stun:[::1]:${server.endpoints.PP.port}`);
    const { message, local } = await askUdp(server.endpoints.PP, request());
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')).toEqual(local);
  });
});

describe('TCP', () => {
  it('answers over a stream, in pieces and pipelined', async () => {
    const { endpoints } = await start(both);
    const socket = await dial(endpoints.PP);
    const localPort = socket.localPort;
    const bytes = Uint8Array.of(...request(), ...request());
    socket.write(bytes.slice(0, 7));
    socket.write(bytes.slice(7));
    const framer = new StreamFramer();
    const answers: StunMessage[] = [];
    for await (const chunk of socket) {
      for (const frame of framer.push(chunk).frames)
        if (frame.kind === 'stun') answers.push(decoded(frame.bytes));
      if (answers.length === 2) break;
    }
    const local = { address: '127.0.0.1', port: localPort };
    expect(answers.map((answer) => getAttribute(answer, 'XOR-MAPPED-ADDRESS'))).toEqual([local, local]);
    const others = answers.map((answer) => getAttribute(answer, 'OTHER-ADDRESS'));
    expect(others).toEqual([endpoints.AA, endpoints.AA]);
  });

  it('listens at all four endpoints, and connects back to who asks for it', async () => {
    const { endpoints } = await start(both);
    const test = new TcpTest(endpoints.PP, randomBytes);
    await drive<TcpTestEvent>(test, { bindAddress: '127.0.0.1', signal: AbortSignal.timeout(10_000) });
    const evidence = test.evidence();
    const answered = evidence.filter((e) => e.outcome === 'answered').map((e) => e.purpose);
    expect(answered.filter((purpose) => purpose.startsWith('tcp-map-'))).toHaveLength(8);
    const [knock] = evidence.filter((e) => e.purpose === 'tcp-filter-1/change-both');
    expect(knock).toMatchObject({ outcome: 'answered', from: { address: '127.0.0.2' } });
    // Eight connections left from two local ports.
    const locals = evidence.filter((e) => e.purpose.startsWith('tcp-map-')).map((e) => e.local?.port);
    expect(new Set(locals).size).toBe(2);
    expect(pathVerdicts(evidence).map(({ name, value }) => [name, value])).toEqual([
      ['tcpMapping', 'endpoint-independent'],
      ['tcpFiltering', 'endpoint-independent'],
    ]);
  });

  it('closes a stream that is not STUN', async () => {
    const { endpoints } = await start(both);
    const socket = await dial(endpoints.PP);
    socket.write('SSH-2.0-client\r\n');
    socket.resume();
    await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
  });

  it('closes a stream that stays idle, and one that lives too long', async () => {
    const { endpoints } = await start({ ...both, streamLimits: { idleMs: 30 } });
    const idle = await dial(endpoints.PP);
    idle.resume();
    await once(idle, 'close', { signal: AbortSignal.timeout(5000) });
    const short = await start({ ...both, streamLimits: { lifetimeMs: 30 } });
    const old = await dial(short.endpoints.PP);
    old.resume();
    await once(old, 'close', { signal: AbortSignal.timeout(5000) });
  });

  it('closes a stream that sends too much', async () => {
    const { endpoints } = await start({ ...both, streamLimits: { receivedBytes: 100 } });
    const socket = await dial(endpoints.PP);
    socket.resume();
    for (let sent = 0; sent < 8; sent += 1) socket.write(request());
    await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
  });

  it('takes no more connections from one address than it should', async () => {
    const { endpoints } = await start({ ...both, streamLimits: { connectionsPerAddress: 2 } });
    const first = await dial(endpoints.PP);
    await dial(endpoints.PP);
    const third = await dial(endpoints.PP);
    third.resume();
    await once(third, 'close', { signal: AbortSignal.timeout(5000) });
    first.write(request());
    const [answer] = await once(first, 'data', { signal: AbortSignal.timeout(5000) });
    expect(decoded(answer).class).toBe('success');
  });
});

describe('what is missing', () => {
  it('runs with one address when the machine does not have the other, and says what that costs', async () => {
    // TEST-NET-2 belongs to no machine.
    const server = await start({ primary: loopback, alternate: { address: '198.51.100.99', port: 0 } });
    expect(server.rfc5780).toBe(false);
    expect(server.note).toContain('198.51.100.99');
    expect(server.note).toContain('filtering');
    expect(Object.keys(server.endpoints)).toEqual(['PP', 'PA']);
    const { message } = await askUdp(server.endpoints.PP, request());
    expect(getAttribute(message, 'OTHER-ADDRESS')).toBeUndefined();
    const change: Attribute = { name: 'CHANGE-REQUEST', value: { changeIp: true, changePort: true } };
    const refused = await askUdp(server.endpoints.PP, request([change]));
    expect(getAttribute(refused.message, 'ERROR-CODE')?.code).toBe(420);
  });

  it.each([
    ['no alternate', null, ['PP']],
    ['the same address twice', { address: '127.0.0.1', port: 0 }, ['PP', 'PA']],
    ['an alternate of the other family', { address: '::1', port: 0 }, ['PP']],
  ] as const)('%s', async (_name, alternate, expected) => {
    const server = await start({ primary: loopback, alternate });
    expect(Object.keys(server.endpoints)).toEqual(expected);
    expect(server.rfc5780).toBe(false);
    expect(server.note).toContain('RFC 5780');
  });

  it('serves plain Binding on the wildcard address', async () => {
    const server = await start({
      primary: { address: '0.0.0.0', port: 0 },
      alternate: { address: '127.0.0.2', port: 0 },
    });
    expect(server.note).toContain('every address');
    const to = { address: '127.0.0.1', port: server.endpoints.PP.port };
    const { message } = await askUdp(to, request());
    expect(getAttribute(message, 'RESPONSE-ORIGIN')).toBeUndefined();
    expect(getAttribute(message, 'XOR-MAPPED-ADDRESS')?.address).toBe('127.0.0.1');
  });
});

describe('failures', () => {
  it('names address and port when the port is taken, and leaves nothing open', async () => {
    const { endpoints } = await start({ primary: loopback, alternate: null });
    const error = await startStunServer({ primary: endpoints.PP, alternate: null }).catch((reason) => reason);
    expect(error).toBeInstanceOf(ListenError);
    expect(error.failure).toMatchObject({ code: 'port-taken', blame: 'local' });
    expect(error.failure.message).toContain(`127.0.0.1:${endpoints.PP.port}`);
  });

  it('closes the sockets that were open already when a later one fails', async () => {
    const blocker = await start(both);
    const { PP, PA, AP } = blocker.endpoints;
    // AP is taken by the blocker, so PP and PA of this attempt must be free again afterwards.
    const primary = { address: '127.0.0.3', port: PP.port };
    const alternate = { address: AP?.address ?? '', port: PA?.port ?? 0 };
    const error = await startStunServer({ primary, alternate }).catch((reason) => reason);
    expect(error.failure).toMatchObject({ code: 'port-taken' });
    expect(error.failure.message).toContain(`127.0.0.2:${PP.port}`);
    const again = await start({ primary, alternate: null });
    expect(again.endpoints.PP).toEqual(primary);
  });

  it('refuses two equal ports', async () => {
    const options = {
      primary: { address: '127.0.0.1', port: 3478 },
      alternate: { address: '127.0.0.2', port: 3478 },
    };
    const error = await startStunServer(options).catch((reason) => reason);
    expect(error.failure).toMatchObject({ code: 'config-invalid' });
  });

  it('says when the address is not this machine’s', async () => {
    const options = { primary: { address: '198.51.100.99', port: 0 }, alternate: null };
    const error = await startStunServer(options).catch((reason) => reason);
    expect(error.failure).toMatchObject({ code: 'local-bind-failed' });
  });
});

describe('close', () => {
  it('may be called twice, drops open streams, and frees the ports', async () => {
    const server = await start(both);
    const socket = await dial(server.endpoints.PP);
    socket.resume();
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(5000) });
    await Promise.all([server.close(), server.close()]);
    await closed;
    const { PP, AA } = server.endpoints;
    const again = await start({ primary: PP, alternate: AA ?? null });
    expect(again.endpoints).toEqual(server.endpoints);
  });
});
