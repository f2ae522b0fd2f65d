/** Datagrams by the calls of the C library, on sockets of Node.js. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchedSender } from '../../turn/load/io/batched-sender.ts';
import { BatchedSockets, type Inlet } from '../../turn/load/io/batched-sockets.ts';
import { FlowSocket } from '../../turn/load/io/flow-socket.ts';
import { type Libc, loadLibc } from '../../turn/load/io/libc.ts';
import { ownUdpDescriptors } from '../../turn/load/io/own-descriptors.ts';
import { StepMeter } from '../../turn/load/io/step-meter.ts';
import { StampReader } from '../../turn/load/stamp.ts';
import { channelHeaderBytes } from '../../turn/load/traffic.ts';

const host = '127.0.0.1';
const patienceMs = 5_000;
const [token, step, channel, payloadBytes] = [0xfeed, 3, 0x4001, 100];

const gauges = {
  ...{ wallMs: 1, spareMs: 0, cpuMs: 0 },
  ...{ runQueueMs: null, socketDrops: null, receiveBufferBytes: null },
};

describe.skipIf(process.platform !== 'linux')('batched (Linux)', () => {
  const open = new Set<Socket>();
  let sockets: BatchedSockets;
  let [here, there]: Socket[] = [];

  async function bound(): Promise<Socket> {
    const socket = createSocket('udp4');
    open.add(socket);
    socket.bind(0, host);
    await once(socket, 'listening');
    return socket;
  }

  function connected(socket: Socket | undefined, to: Socket | undefined): Promise<unknown[]> {
    if (socket === undefined || to === undefined) throw new Error('not bound');
    socket.connect(to.address().port, host);
    return once(socket, 'connect');
  }

  const descriptorOf = (socket: Socket | undefined): number => {
    const descriptor = ownUdpDescriptors().get(socket?.address().port ?? 0);
    if (descriptor === undefined) throw new Error('no descriptor');
    return descriptor;
  };

  beforeEach(async () => {
    const loaded = await loadLibc();
    if (!loaded.ok) throw new Error(loaded.problem);
    sockets = new BatchedSockets(loaded.libc, process.arch === 'x64');
    [here, there] = [await bound(), await bound()];
    await connected(here, there);
    await connected(there, here);
  });
  afterEach(() => {
    sockets.close();
    for (const socket of open) socket.close();
    open.clear();
  });

  /** In one piece: otherwise Node.js could be first. */
  function receiveUntil(isThere: () => boolean): void {
    for (const untilMs = performance.now() + patienceMs; !isThere() && performance.now() < untilMs; ) {
      sockets.awaitArrival(100);
      sockets.receive();
    }
  }

  function meter(): StepMeter {
    const counting = new StepMeter();
    counting.begin({ step, fromMs: 0, toMs: Number.POSITIVE_INFINITY });
    return counting;
  }

  it('packets of one flow leave together, each with its own stamp, and are sorted where they come in', async () => {
    const seen: number[][] = [];
    const forClient: Uint8Array[] = [];
    const reader = new StampReader(token);
    const owner = { receive: (bytes: Uint8Array) => forClient.push(bytes), refused: () => undefined };
    const common = { channel, payloadBytes, sequence: 10, owner };
    const out = new FlowSocket({ ...common, descriptor: descriptorOf(here), onChannelData: () => undefined });
    sockets.add(
      new FlowSocket({
        ...common,
        descriptor: descriptorOf(there),
        onChannelData: (view, at, end) => {
          expect(reader.readFrom(view, at, end)).toBe(true);
          seen.push([reader.dueMs, reader.sequence, reader.step, end - at]);
          const header = at - channelHeaderBytes;
          expect([view.getUint16(header), view.getUint16(header + 2)]).toEqual([channel, payloadBytes]);
        },
      }),
    );
    const counting = meter();
    const sender = new BatchedSender(sockets, counting, token);
    const send = vi.spyOn(sockets, 'send');
    for (let dueMs = 1; dueMs <= 70; dueMs += 1) sender.add(out, dueMs, step);
    sender.flush();
    // A block holds 64.
    expect(send).toHaveBeenCalledTimes(2);
    writeSync(out.descriptor, Uint8Array.of(1, 1, 0, 0));
    receiveUntil(() => forClient.length === 1);
    expect(seen).toEqual(Array.from({ length: 70 }, (_, i) => [i + 1, i + 11, step, payloadBytes]));
    expect(forClient).toEqual([Uint8Array.of(1, 1, 0, 0)]);
    expect(counting.count(gauges, false)).toMatchObject({ sent: 70, sendErrors: {} });
  });

  it('a system that cannot cut one message into several is given one by one from then on', async () => {
    const joined: boolean[] = [];
    const { libc } = sockets;
    const cannotCut: Libc = {
      ...libc,
      errorName: () => 'EINVAL',
      sendmmsg: (socket, messages, count, flags) => {
        joined.push(count === 1);
        return count === 1 ? -1 : libc.sendmmsg(socket, messages, count, flags);
      },
    };
    const plain = new BatchedSockets(cannotCut, process.arch === 'x64');
    const counting = meter();
    const sender = new BatchedSender(plain, counting, token);
    const outlet = { descriptor: descriptorOf(here), channel, payloadBytes, nextSequence: () => 1 };
    for (let round = 0; round < 2; round += 1) {
      for (let packet = 0; packet < 3; packet += 1) sender.add(outlet, 1, step);
      sender.flush();
    }
    plain.close();
    expect(joined).toEqual([true, false, false]);
    let heard = 0;
    const take = (_block: unknown, count: number) => {
      heard += count;
    };
    sockets.add({ descriptor: descriptorOf(there), take, refused: () => undefined });
    receiveUntil(() => heard === 6);
    expect(counting.count(gauges, false)).toMatchObject({ sent: 6, sendErrors: {} });
  });

  it('what the network says is told by name, once for those who send and once for those who receive', async () => {
    const told: string[] = [];
    const inlet: Inlet = {
      descriptor: descriptorOf(here),
      take: () => undefined,
      refused: (code) => told.push(code),
    };
    sockets.add(inlet);
    here?.on('error', () => undefined);
    if (there !== undefined) {
      open.delete(there);
      there.close();
      await once(there, 'close');
    }
    const counting = meter();
    const sender = new BatchedSender(sockets, counting, token);
    const outlet = { descriptor: inlet.descriptor, channel, payloadBytes, nextSequence: () => 1 };
    const sendOne = () => {
      sender.add(outlet, 1, step);
      sender.flush();
    };
    sendOne();
    sendOne();
    expect(counting.count(gauges, false).sendErrors).toEqual({ ECONNREFUSED: 1 });
    sendOne();
    receiveUntil(() => told.length > 0);
    expect(told).toEqual(['ECONNREFUSED']);
  });

  it('who is taken away hears nothing any more', async () => {
    const take = vi.fn();
    const remove = sockets.add({ descriptor: descriptorOf(there), take, refused: () => undefined });
    const heard = there === undefined ? Promise.resolve() : once(there, 'message');
    remove();
    remove();
    here?.send('still there');
    sockets.awaitArrival(1);
    sockets.receive();
    // Node.js has it.
    await heard;
    expect(take).not.toHaveBeenCalled();
  });

  it('sleep ends when something arrives; a rest does not', () => {
    sockets.add({ descriptor: descriptorOf(there), take: () => undefined, refused: () => undefined });
    writeSync(descriptorOf(here), 'wake up');
    const fromMs = performance.now();
    sockets.awaitArrival(4_900);
    const wokeMs = performance.now();
    expect(wokeMs - fromMs).toBeLessThan(4_900);
    sockets.rest(3);
    expect(performance.now() - wokeMs).toBeGreaterThanOrEqual(2.9);
  });
});
