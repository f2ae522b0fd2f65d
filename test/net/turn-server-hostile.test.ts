/** Hostile streams and many short lives over real sockets: the service goes on, and nothing is left behind. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeChannelData, encodeMessage, methods } from '../../stun/index.ts';
import { AllocationClient } from '../../turn/client/allocation-client.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import { usedBytes } from '../unit/turn/server/heap.ts';
import { clientOptions, endpointOf, run, startLoopback } from './turn-stage.ts';

/** The whole run of 10,000: `npm run fuzz:turn`. */
const cycles = Number(process.env['POLYNYA_FUZZ_CYCLES'] ?? 300);

let server: TurnServerHandle;
const streams: Socket[] = [];
beforeEach(async () => {
  server = await startLoopback();
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy();
  await server.close();
});

async function open(transport: 'tcp' | 'tls'): Promise<Socket> {
  const { address, port } = endpointOf(server, transport);
  const stream = connect(port, address);
  stream.on('error', () => stream.destroy());
  streams.push(stream);
  await once(stream, 'connect');
  return stream;
}

function openMany(transport: 'tcp' | 'tls', count: number): Promise<Socket[]> {
  return Promise.all(Array.from({ length: count }, () => open(transport)));
}

/** An allocation is made and given back. */
async function isHealthy(transport: 'udp' | 'tcp' | 'tls'): Promise<boolean> {
  const client = new AllocationClient(clientOptions(server, transport, { releaseAfterAllocate: true }));
  const events = await run(client);
  return events.some(({ kind }) => kind === 'released');
}

async function ended(stream: Socket): Promise<void> {
  if (!stream.closed) await once(stream.resume(), 'close');
}

describe('hostile streams', { timeout: 60_000 }, () => {
  it('two hundred that say one byte and wait hold nobody up', async () => {
    const slow = await openMany('tcp', 200);
    for (const stream of slow) stream.write(Uint8Array.of(0));
    expect(await isHealthy('tcp')).toBe(true);
    expect(slow.every((stream) => !stream.destroyed)).toBe(true);
    await expect.poll(() => server.census.streams).toBe(200);
  });

  it('half a TLS handshake, two hundred times', async () => {
    const half = await openMany('tls', 200);
    // The header of a record, and the beginning of a ClientHello.
    for (const stream of half) stream.write(Uint8Array.of(22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3));
    expect(await isHealthy('tls')).toBe(true);
    // None has become a stream of the server’s.
    await expect.poll(() => server.census.streams).toBe(0);
  });

  it('more than 256 of one address are turned away, and those before them stay', async () => {
    const first = await openMany('tcp', 256);
    for (const stream of first) stream.write(Uint8Array.of(0));
    await ended(await open('tcp'));
    expect(first.every((stream) => !stream.destroyed)).toBe(true);
    expect(await isHealthy('udp')).toBe(true);
  });

  it.each<[string, Uint8Array]>([
    ['a message of 64 KiB', Uint8Array.of(0, 1, 0xff, 0xfc, 0x21, 0x12, 0xa4, 0x42)],
    ['ChannelData of 64 KiB', Uint8Array.of(0x40, 0, 0xff, 0xff)],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a first byte that is neither STUN nor ChannelData', Uint8Array.of(0x80, 0, 0, 0)],
  ])('a stranger who announces %s is closed at once', async (_what, bytes) => {
    const stream = await open('tcp');
    stream.write(bytes);
    await ended(stream);
    await expect.poll(() => server.census.streams).toBe(0);
  });

  it('ChannelData without its padding ends that stream alone', async () => {
    const stream = await open('tcp');
    const binding = encodeMessage({
      method: methods.binding,
      class: 'request',
      transactionId: randomBytes(12),
      attributes: [],
    });
    const unpadded = encodeChannelData(0x4000, Uint8Array.of(1, 2, 3), false);
    stream.write(Buffer.concat([unpadded, binding, unpadded, binding]));
    await ended(stream);
    expect(await isHealthy('tcp')).toBe(true);
  });

  it('junk on a thousand streams: each is closed, and the next client is served', async () => {
    for (let round = 0; round < 10; round += 1) {
      const junk = await openMany('tcp', 100);
      for (const stream of junk) stream.write(Uint8Array.of(0xff, ...randomBytes(200)));
      await Promise.all(junk.map(ended));
    }
    await expect.poll(() => server.census.streams).toBe(0);
    expect(await isHealthy('tcp')).toBe(true);
  });
});

describe('many short lives', { timeout: 900_000 }, () => {
  it('leave no socket, no timer and no memory behind', async () => {
    const transports = ['udp', 'tcp', 'tls'] as const;
    expect(await isHealthy('udp')).toBe(true);
    const before = process.getActiveResourcesInfo().length;
    let settledBytes = 0;
    for (let cycle = 0; cycle < cycles; cycle += transports.length) {
      if (cycle === Math.floor(cycles / 6) * 3) settledBytes = usedBytes();
      const all = await Promise.all(transports.map(isHealthy));
      expect(all).toEqual([true, true, true]);
    }
    const nothing = { allocations: 0, users: 0, reservations: 0, streams: 0 };
    await expect.poll(() => server.census).toEqual(nothing);
    await expect.poll(() => process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before);
    expect(settledBytes).toBeGreaterThan(0);
    // What is collected late, such as sessions of TLS, and compiled code.
    expect(usedBytes() - settledBytes).toBeLessThan(4 * 2 ** 20);
  });
});
