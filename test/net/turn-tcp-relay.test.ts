/** RFC 6062 on real sockets: connections both ways, bulk data against a slow reader, and the end of each side. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attribute, type Endpoint, getAttribute } from '../../stun/index.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { endpointOf, loopbackSettings, startLoopback } from './turn-stage.ts';
import { WireClient } from './turn-wire-client.ts';

const overTcp: Attribute = { name: 'REQUESTED-TRANSPORT', value: 6 };
const at = (value: Endpoint): Attribute => ({ name: 'XOR-PEER-ADDRESS', value });

let server: TurnServerHandle;
beforeAll(async () => {
  server = await startLoopback({ settings: { ...loopbackSettings, tcpRelay: true } });
});
afterAll(() => server.close());

async function allocation(): Promise<{ control: WireClient; relayed: Endpoint }> {
  const control = await WireClient.open(endpointOf(server, 'tcp'));
  const answer = await control.ask('allocate', [overTcp]);
  const relayed = getAttribute(answer, 'XOR-RELAYED-ADDRESS');
  if (relayed === undefined) throw new Error('no allocation');
  return { control, relayed };
}

/** A stream that carries the connection of that id. */
async function dataStream(id: number): Promise<Socket> {
  const client = await WireClient.open(endpointOf(server, 'tcp'));
  const answer = await client.ask('connectionBind', [{ name: 'CONNECTION-ID', value: id }]);
  expect(answer.class).toBe('success');
  return client.socket;
}

async function connectTo(control: WireClient, peer: Endpoint): Promise<{ code: number; id: number }> {
  const answer = await control.ask('connect', [at(peer)]);
  return {
    code: getAttribute(answer, 'ERROR-CODE')?.code ?? 0,
    id: getAttribute(answer, 'CONNECTION-ID') ?? 0,
  };
}

async function listening(onStream: (stream: Socket) => void): Promise<{ host: Server; peer: Endpoint }> {
  const host = createServer(onStream);
  host.listen(0, '127.0.0.1');
  await once(host, 'listening');
  return { host, peer: { address: '127.0.0.1', port: (host.address() as AddressInfo).port } };
}

/** What comes, until that many bytes are there. */
async function read(stream: Socket, bytes: number): Promise<Buffer> {
  let all = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    all = Buffer.concat([all, chunk]);
    if (all.length >= bytes) break;
  }
  return all;
}

describe('a connection to a peer', () => {
  it('leaves from the relayed address and carries what the peer says first', async () => {
    const from: number[] = [];
    const { host, peer } = await listening((stream) => {
      from.push(stream.remotePort ?? 0);
      stream.write('welcome');
      stream.pipe(stream);
    });
    const { control, relayed } = await allocation();
    const { id } = await connectTo(control, peer);
    const data = await dataStream(id);
    expect((await read(data, 7)).toString()).toBe('welcome');
    data.write('over the relay');
    expect((await read(data, 14)).toString()).toBe('over the relay');
    expect(from).toEqual([relayed.port]);
    control.socket.destroy();
    await once(data, 'close');
    host.close();
  });

  it('447 for a closed port; the relayed port goes on listening', async () => {
    const { host, peer } = await listening(() => {});
    host.close();
    const { control, relayed } = await allocation();
    expect(await connectTo(control, peer)).toMatchObject({ code: 447 });
    const caller = connect(relayed.port, relayed.address);
    await once(caller, 'connect');
    // Without a permission it is accepted and let go of.
    await once(caller, 'close');
    control.socket.destroy();
  });

  it('many at once share the relayed port', async () => {
    const streams: Socket[] = [];
    const hosts = await Promise.all(
      Array.from({ length: 8 }, () => listening((stream) => streams.push(stream))),
    );
    const { control, relayed } = await allocation();
    const all = await Promise.all(hosts.map(({ peer }) => connectTo(control, peer)));
    expect(all.map(({ code }) => code)).toEqual(hosts.map(() => 0));
    expect(new Set(all.map(({ id }) => id)).size).toBe(hosts.length);
    expect(new Set(streams.map(({ remotePort }) => remotePort))).toEqual(new Set([relayed.port]));
    control.socket.destroy();
    await Promise.all(streams.map((stream) => once(stream.resume(), 'close')));
    for (const { host } of hosts) host.close();
  });

  it('loses nothing of 32 MiB when the client reads late, and ends after the last byte', {
    timeout: 30_000,
  }, async () => {
    const bulk = randomBytes(32 * 2 ** 20);
    const { host, peer } = await listening((stream) => stream.end(bulk));
    const { control } = await allocation();
    const { id } = await connectTo(control, peer);
    const client = await WireClient.open(endpointOf(server, 'tcp'));
    await client.ask('connectionBind', [{ name: 'CONNECTION-ID', value: id }]);
    const before = server.traffic.fromPeers;
    // Once the buffers are full nothing moves any more: the server does not take in what it cannot pass on.
    let seen = -1;
    while (seen !== server.traffic.fromPeers) {
      seen = server.traffic.fromPeers;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(seen - before).toBeLessThan(bulk.length);
    const hash = createHash('sha256');
    for await (const chunk of client.socket) hash.update(chunk);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bulk).digest('hex'));
    control.socket.destroy();
    host.close();
  });
});

describe('a peer that calls', () => {
  it('is announced, and fetched by the client', async () => {
    const { control, relayed } = await allocation();
    await control.ask('createPermission', [at({ address: '127.0.0.1', port: 0 })]);
    const caller = connect(relayed.port, relayed.address);
    await once(caller, 'connect');
    caller.write('ring');
    const attempt = await control.indication();
    expect(getAttribute(attempt, 'XOR-PEER-ADDRESS')).toEqual({
      address: '127.0.0.1',
      port: caller.localPort,
    });
    const data = await dataStream(getAttribute(attempt, 'CONNECTION-ID') ?? 0);
    expect((await read(data, 4)).toString()).toBe('ring');
    data.write('hello');
    expect((await read(caller, 5)).toString()).toBe('hello');
    data.destroy();
    await once(caller, 'close');
    control.socket.destroy();
  });
});
