import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Link } from '../../stun/io/link.ts';
import { openStreamLink } from '../../stun/io/stream-link.ts';
import { mostWaitingBytes, StreamWriter } from '../../turn/load/io/stream-writer.ts';

let server: Server;
const accepted: Socket[] = [];

beforeEach(async () => {
  server = createServer({ pauseOnConnect: true }, (socket) => accepted.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const socket of accepted.splice(0)) socket.destroy();
  server.close();
});

async function connected(): Promise<{ link: Link; port: number }> {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const accepting = once(server, 'connection');
  const link = await new Promise<Link>((resolve, reject) => {
    const opened: Link = openStreamLink(
      { to: { address: '127.0.0.1', port }, connectTimeoutMs: 10_000 },
      {
        onOpen: () => resolve(opened),
        onOpenFailed: ({ message }) => reject(new Error(message)),
        onBytes: () => undefined,
        onSendFailed: () => undefined,
        onClosed: () => undefined,
      },
    );
  });
  await accepting;
  return { link, port };
}

describe('ChannelData on a connection', () => {
  it('that nobody reads is told as full, and does not pile up', async () => {
    const { link, port } = await connected();
    let full = 0;
    const writer = new StreamWriter(link, { address: '127.0.0.1', port }, () => {
      full += 1;
    });
    const frame = new Uint8Array(1_204);
    // The system takes some megabytes of its own.
    for (let sent = 0; full < 100 && sent < 64 * 2 ** 20; sent += frame.length) writer.send(frame);
    expect(full).toBe(100);
    expect(link.waitingBytes?.()).toBeLessThanOrEqual(mostWaitingBytes + frame.length);
    await link.close('now');
  });

  it('is padded to four bytes, and may be written again at once', async () => {
    const { link, port } = await connected();
    const writer = new StreamWriter(link, { address: '127.0.0.1', port }, () => undefined);
    const frame = Uint8Array.of(0x40, 0, 0, 1, 7);
    writer.send(frame);
    frame.fill(9);
    const [socket] = accepted;
    if (socket === undefined) throw new Error('nobody was accepted');
    const [bytes] = await once(socket.resume(), 'data');
    expect([...bytes]).toEqual([0x40, 0, 0, 1, 7, 0, 0, 0]);
    await link.close('now');
  });
});
