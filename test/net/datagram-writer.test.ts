/** The short way out of a UDP socket, and the way round it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DatagramWriter } from '../../turn/load/io/datagram-writer.ts';
import { ownUdpDescriptors } from '../../turn/load/io/own-descriptors.ts';

const host = '127.0.0.1';
const patience = { timeout: 5_000, interval: 5 };
const text = (letters: string) => new TextEncoder().encode(letters);
const open = new Set<Socket>();
let receiver: Socket;
let sender: Socket;
let heard: string[] = [];
let failed: string[] = [];

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  open.add(socket);
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket;
}

function close(socket: Socket): void {
  open.delete(socket);
  socket.close();
}

beforeEach(async () => {
  [heard, failed] = [[], []];
  receiver = await bound();
  receiver.on('message', (bytes) => heard.push(String(bytes)));
  sender = await bound();
  sender.on('error', (error) => failed.push(error.message));
  sender.connect(receiver.address().port, host);
  await once(sender, 'connect');
});
afterEach(() => open.forEach(close));

const writer = () => new DatagramWriter(sender, (code) => failed.push(code));
const descriptor = () => ownUdpDescriptors().get(sender.address().port);

describe.skipIf(process.platform !== 'linux')('by descriptor (Linux)', () => {
  it('datagrams leave at once and whole; the same bytes may be written again', async () => {
    const send = vi.spyOn(sender, 'send');
    const out = writer();
    out.takeDescriptor(descriptor());
    const frame = text('a');
    for (const letter of 'abc') {
      frame.set(text(letter));
      out.send(frame);
    }
    out.send(text('longer'));
    await vi.waitUntil(() => heard.length === 4, patience);
    expect(heard).toEqual(['a', 'b', 'c', 'longer']);
    expect(send).not.toHaveBeenCalled();
  });

  it('what the network says about those before is told', async () => {
    const out = writer();
    out.takeDescriptor(descriptor());
    close(receiver);
    await vi.waitUntil(() => {
      out.send(text('is anybody there?'));
      return failed.some((problem) => problem.includes('ECONNREFUSED'));
    }, patience);
  });
});

it('without a descriptor, and once it is forgotten, they go through dgram', async () => {
  const send = vi.spyOn(sender, 'send');
  const out = writer();
  out.takeDescriptor(undefined);
  out.send(text('a'));
  out.takeDescriptor(descriptor());
  out.forgetDescriptor();
  out.send(text('b'));
  await vi.waitUntil(() => heard.length === 2, patience);
  expect(heard).toEqual(['a', 'b']);
  expect(send).toHaveBeenCalledTimes(2);
  expect(out.hasWaiting(1)).toBe(false);
});
