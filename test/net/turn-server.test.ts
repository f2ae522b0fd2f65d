/** Our TURN server on loopback sockets with our own clients. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { mintRestCredential } from '../../stun/index.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import { ListenError } from '../../turn/io/listen-error.ts';
import { canSharePorts } from '../../turn/io/share-ports.ts';
import { defaultStreamLimits, StreamListener } from '../../turn/io/stream-listener.ts';
import { startTurnServer, type TurnServerHandle, type TurnServerStart } from '../../turn/io/turn-server.ts';
import { streamPrefix } from '../../turn/server/turn-server-options.ts';
import { type PairEvent, RelayPair } from '../lab/turn-relay-pair.ts';
import {
  alice,
  certificate,
  clientOptions,
  endpointOf,
  expired,
  loopbackSettings,
  realm,
  run,
  secret,
  serverName,
  startLoopback,
} from './turn-stage.ts';

const transports = ['udp', 'tcp', 'tls'] as const;
const running: TurnServerHandle[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.close())));

async function start(more: Partial<TurnServerStart> = {}): Promise<TurnServerHandle> {
  const server = await startLoopback(more);
  running.push(server);
  return server;
}

function failureOf(events: readonly AllocationEvent[]): string | null {
  const last = events.findLast((event) => event.kind === 'failed');
  return last?.kind === 'failed' ? last.failure.code : null;
}

describe.each(transports)('over %s', (transport) => {
  it('an allocation comes and goes', async () => {
    const server = await start();
    const client = new AllocationClient(clientOptions(server, transport, { releaseAfterAllocate: true }));
    const events = await run(client);
    expect(events.find(({ kind }) => kind === 'allocated')).toMatchObject({
      relayed: { address: '127.0.0.1' },
      mapped: { address: '127.0.0.1' },
      lifetimeSec: 600,
    });
    expect(events.at(-1)).toEqual({ kind: 'released', confirmed: true });
    expect(server.census.allocations).toBe(0);
  });

  it('two clients talk through their relayed addresses, by indication and by channel', async () => {
    const server = await start();
    const events = await run<PairEvent>(new RelayPair(clientOptions(server, transport)));
    const heard = events.flatMap(({ side, event }) =>
      event.kind === 'data' ? [`${side} ${Buffer.from(event.bytes).toString()}`] : [],
    );
    expect(heard).toEqual(['b ping', 'a pong']);
    expect(server.traffic).toEqual({ toPeers: 8, fromPeers: 8, dropped: 0 });
  });

  it('a wrong password is refused', async () => {
    const server = await start();
    const credentials = { ...alice, password: 'wrong' };
    const events = await run(new AllocationClient(clientOptions(server, transport, { credentials })));
    expect(failureOf(events)).toBe('turn-401');
  });
});

describe('IPv6', () => {
  const listen = [{ address: '::1', port: 0, transports: ['udp', 'tcp'] as const }];
  const relays = [
    { local: '127.0.0.1', external: '127.0.0.1' },
    { local: '::1', external: '::1' },
  ];

  it.each([
    ['udp', 'ipv4'],
    ['udp', 'ipv6'],
    ['tcp', 'ipv6'],
  ] as const)(
    'V01: a client over IPv6 %s gets an %s relay, and two of them talk',
    async (transport, family) => {
      const server = await start({ listen, relays });
      const options = clientOptions(server, transport, { family });
      const events = await run<PairEvent>(new RelayPair(options), { bindAddress: '::1' });
      const heard = events.filter(({ event }) => event.kind === 'data');
      expect(heard).toHaveLength(2);
    },
  );
});

describe('time-limited credentials', () => {
  it.each([
    [60, null],
    [-1, 'turn-401'],
  ])('%i s from now: %s', async (seconds, failure) => {
    const accounts = { realm, users: {}, secrets: [secret] };
    const server = await start({ settings: { ...loopbackSettings, accounts } });
    const minted = mintRestCredential(secret, 'app', Date.now() / 1000 + seconds);
    const credentials = { username: minted.username, password: minted.credential };
    const options = clientOptions(server, 'udp', { credentials, releaseAfterAllocate: true });
    expect(failureOf(await run(new AllocationClient(options)))).toBe(failure);
  });
});

describe('TLS', () => {
  async function handshake(server: TurnServerHandle, more: object = {}): Promise<TLSSocket> {
    const { address, port } = endpointOf(server, 'tls');
    const socket = connectTls({ host: address, port, ca: certificate.cert, servername: serverName, ...more });
    await once(socket, 'secureConnect');
    return socket;
  }

  it.each([
    ['stun.turn', 'stun.turn'],
    ['stun.nat-discovery', 'stun.nat-discovery'],
  ])('T08: ALPN %s is chosen', async (offered, chosen) => {
    const socket = await handshake(await start(), { ALPNProtocols: [offered] });
    expect(socket.alpnProtocol).toBe(chosen);
    socket.destroy();
  });

  it('T04, T08: clients without ALPN and without SNI are welcome', async () => {
    const socket = await handshake(await start(), { servername: '', checkServerIdentity: () => undefined });
    expect(socket.alpnProtocol).toBe(false);
    socket.destroy();
  });

  it('T08: an unknown ALPN is refused with no_application_protocol', async () => {
    const server = await start();
    await expect(handshake(server, { ALPNProtocols: ['http/1.1'] })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('T06: %s', async (version) => {
    const socket = await handshake(await start(), { minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  it('T06, T07: nothing older, and no cipher without forward secrecy and authentication', async () => {
    const server = await start();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
    await expect(handshake(server, old)).rejects.toThrow();
    const weak = {
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA',
    };
    await expect(handshake(server, weak)).rejects.toThrow();
  });

  it('T05: a renewed certificate serves new connections, and allocations live on', async () => {
    const server = await start({ certificate: expired });
    let beforeRenewal = 0;
    const stop = new AbortController();
    const client = new AllocationClient(clientOptions(server, 'tls'));
    const held = run(client, {
      signal: stop.signal,
      tls: { rejectUnauthorized: false },
      onEvent: (event) => {
        if (event.kind !== 'allocated') return;
        beforeRenewal = server.census.allocations;
        server.renewCertificate(certificate);
        handshake(server).then(
          (socket) => {
            expect(socket.authorized).toBe(true);
            socket.destroy();
            stop.abort('done');
          },
          (error) => stop.abort(error),
        );
      },
    });
    await expect(held).rejects.toBe('done');
    expect(beforeRenewal).toBe(1);
    expect(() => server.renewCertificate({ cert: 'none', key: 'none' })).toThrow();
    (await handshake(server)).destroy();
  });
});

describe('ports shared by two servers', () => {
  it('clients are spread over both, and those of one reach those of the other', async ({ skip }) => {
    skip(!canSharePorts(process.versions.node), 'Node shares ports from 22.12 on');
    const counts = [0, 0];
    const halves = [
      { first: 20_000, last: 24_999 },
      { first: 25_000, last: 29_999 },
    ] as const;
    const startHalf = (mine: 0 | 1, port: number): Promise<TurnServerHandle> =>
      start({
        sharePorts: true,
        listen: [{ address: '127.0.0.1', port, transports: ['udp', 'tcp'] }],
        ports: halves[mine],
        siblingPorts: [halves[1 - mine] ?? halves[0]],
        // Loopback stays refused: only relayed addresses are peers here.
        settings: { ...loopbackSettings, peers: { allow: [], deny: [], lowestPort: 1024 } },
        onEvent: ({ kind }) => {
          if (kind === 'allocated') counts[mine] = (counts[mine] ?? 0) + 1;
        },
      });
    const first = await startHalf(0, 0);
    await startHalf(1, endpointOf(first, 'udp').port);
    for (const transport of ['udp', 'tcp'] as const) {
      const pairs = Array.from({ length: 10 }, () => run(new RelayPair(clientOptions(first, transport))));
      for (const events of await Promise.all(pairs)) {
        expect(events.filter(({ event }) => event.kind === 'data')).toHaveLength(2);
      }
      // Chance puts all twenty clients on one side once in half a million runs.
      expect(counts.every((count) => count > 0)).toBe(true);
      counts.fill(0);
    }
  });
});

describe('streams', () => {
  async function open(server: TurnServerHandle): Promise<Socket> {
    const { address, port } = endpointOf(server, 'tcp');
    const socket = connect({ host: address, port });
    socket.on('error', () => {});
    await once(socket, 'connect');
    return socket;
  }

  it('T10: a stream of something else is closed', async () => {
    const socket = await open(await start());
    socket.write('SSH-2.0-OpenSSH_9.2\r\n');
    await once(socket, 'close');
  });

  it('one address has only so many connections', async () => {
    const server = await start({ streamLimits: { connectionsPerAddress: 2 } });
    const first = await open(server);
    const second = await open(server);
    const third = await open(server);
    await once(third, 'close');
    expect([first.destroyed, second.destroyed]).toEqual([false, false]);
    first.destroy();
    second.destroy();
  });

  it('T13: for a client that does not read whole frames are dropped, and the stream stays in step', async () => {
    const frameBytes = 16_384;
    const limits = { ...defaultStreamLimits, unsentBytes: 65_536 };
    const wanted = { address: '127.0.0.1', port: 0 };
    let tell: (socket: string) => void = () => {};
    const accepted = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const listener = new StreamListener(
      { wanted, prefix: 'tcp:0:', certificate: null, sharesPort: false, limits },
      { onOpen: (socket) => tell(socket), onBytes: () => {}, onClosed: () => {} },
    );
    const { port } = await listener.listen();
    const client = connect({ host: '127.0.0.1', port }).pause();
    try {
      const socket = await accepted;
      // 64 MiB, of which the kernel holds a few and the process no more than the limit and one frame.
      for (let i = 0; i < 4096; i += 1) listener.send(socket, Buffer.alloc(frameBytes, 1));
      const firstMarker = await new Promise<number>((resolve) => {
        let received = 0;
        client.on('data', (bytes) => {
          const at = bytes.indexOf(2);
          if (at >= 0) resolve(received + at);
          received += bytes.length;
          listener.send(socket, Buffer.alloc(frameBytes, 2));
        });
        client.resume();
      });
      expect(firstMarker % frameBytes).toBe(0);
      expect(firstMarker).toBeLessThan(32 * 1024 * 1024);
    } finally {
      client.destroy();
      await listener.close();
    }
  });

  it('when a client leaves, its allocation ends', async () => {
    const released: string[] = [];
    let told: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      told = resolve;
    });
    const server = await start({
      onEvent: (event) => {
        if (event.kind !== 'released') return;
        released.push(event.reason);
        told();
      },
    });
    const stop = new AbortController();
    const client = new AllocationClient(clientOptions(server, 'tcp'));
    const onEvent = (event: AllocationEvent): void => {
      if (event.kind === 'allocated') stop.abort('left');
    };
    await expect(run(client, { signal: stop.signal, onEvent })).rejects.toBe('left');
    await gone;
    expect(released).toEqual(['stream-closed']);
    expect(server.census).toMatchObject({ allocations: 0, streams: 0 });
  });
});

describe('starting and stopping', () => {
  it('names its URIs', async () => {
    const server = await start();
    const { port } = endpointOf(server, 'udp');
    const tls = endpointOf(server, 'tls').port;
    expect(server.uris).toEqual([
      `turn:127.0.0.1:${port}?transport=udp`,
      `turn:127.0.0.1:${port}?transport=tcp`,
      `turns:127.0.0.1:${tls}?transport=tcp`,
    ]);
    expect(streamPrefix('tls', '1')).toBe('tls:1:');
  });

  it('with a second address it serves RFC 5780 on all four endpoints', async () => {
    const server = await start({ alternate: { address: '127.0.0.2', port: 0 } });
    expect(server.note).toBeNull();
    expect(Object.keys(server.listeners[0]?.endpoints ?? {})).toEqual(['PP', 'PA', 'AP', 'AA']);
  });

  it('a port that is taken is an error, and nothing stays open', async () => {
    const first = await start();
    const { port } = endpointOf(first, 'udp');
    const listen = [{ address: '127.0.0.1', port, transports: ['udp', 'tcp'] as const }];
    const second = startTurnServer({
      listen,
      relays: [],
      ports: { first: 20_000, last: 29_999 },
      settings: loopbackSettings,
    });
    await expect(second).rejects.toThrow(ListenError);
    await first.close();
    running.push(await startLoopback({ listen }));
  });

  it('a hundred allocations leave no socket behind', async () => {
    const server = await start();
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP').length;
    const before = sockets();
    for (let i = 0; i < 50; i += 1) {
      const options = clientOptions(server, 'udp', { releaseAfterAllocate: true });
      await Promise.all([run(new AllocationClient(options)), run(new AllocationClient(options))]);
    }
    expect(server.census).toEqual({ allocations: 0, users: 0, reservations: 0, streams: 0 });
    expect(sockets()).toBe(before);
  });

  it('draining waits for the last allocation', async () => {
    const server = await start();
    const stop = new AbortController();
    const order: string[] = [];
    const client = new AllocationClient(clientOptions(server, 'tcp'));
    const held = run(client, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind !== 'allocated') return;
        void server.drain().then(() => order.push('drained'));
        order.push('leaving');
        stop.abort('left');
      },
    });
    await expect(held).rejects.toBe('left');
    await server.drain();
    expect(order).toEqual(['leaving', 'drained']);
    const late = await run(new AllocationClient(clientOptions(server, 'udp')));
    expect(failureOf(late)).toBe('turn-508');
  });
});
