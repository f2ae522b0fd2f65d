/** Datagrams by the calls of the C library, and by io_uring(7), on sockets of Node.js. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchedSender } from '../../turn/load/io/batched-sender.ts';
import { BatchedSockets } from '../../turn/load/io/batched-sockets.ts';
import type { DatagramSockets, Inlet } from '../../turn/load/io/datagram-sockets.ts';
import { FlowSocket } from '../../turn/load/io/flow-socket.ts';
import { type Libc, loadLibc } from '../../turn/load/io/libc.ts';
import { ownUdpDescriptors } from '../../turn/load/io/own-descriptors.ts';
import { openRingSockets } from '../../turn/load/io/ring-sockets.ts';
import { StepMeter } from '../../turn/load/io/step-meter.ts';
import { StampReader } from '../../turn/load/stamp.ts';
import { channelHeaderBytes } from '../../turn/load/traffic.ts';
import { ringObstacle } from './ring-obstacle.ts';

const host = '127.0.0.1';
const patienceMs = 5_000;
const [token, step, channel, payloadBytes] = [0xfeed, 3, 0x4001, 100];

const gauges = {
  ...{ wallMs: 1, spareMs: 0, cpuMs: 0 },
  ...{ runQueueMs: null, socketDrops: null, receiveBufferBytes: null },
};

type OnRefused = (code: string) => void;

function openRings(libc: Libc, onRefused: OnRefused): DatagramSockets {
  const opened = openRingSockets(libc, onRefused);
  if (!opened.ok) throw new Error(opened.problem);
  return opened.sockets;
}

const kinds = {
  batched: (libc: Libc, onRefused: OnRefused) => new BatchedSockets(libc, process.arch === 'x64', onRefused),
  ring: openRings,
} as const;

const noRing = await ringObstacle();
const noCalls = process.platform === 'linux' ? null : `no batches on ${process.platform}`;
const places = [
  { kind: 'batched', obstacle: noCalls },
  { kind: 'ring', obstacle: noRing },
] as const;

for (const { kind, obstacle } of places)
  describe.skipIf(obstacle !== null)(`${kind}${obstacle === null ? '' : ` (${obstacle})`}`, () => {
    const open = new Set<Socket>();
    const refusals: string[] = [];
    let libc: Libc;
    let sockets: DatagramSockets;
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
      libc = loaded.libc;
      refusals.length = 0;
      sockets = kinds[kind](libc, (code) => refusals.push(code));
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
      counting.begin({ step, fromMs: 0, toMs: 1e6 });
      return counting;
    }

    it('packets of one flow leave together, each with its own stamp, and are sorted where they come in', async () => {
      const seen: number[][] = [];
      const forClient: Uint8Array[] = [];
      const reader = new StampReader(token);
      const owner = { receive: (bytes: Uint8Array) => forClient.push(bytes), refused: () => undefined };
      const common = { channel, payloadBytes, sequence: 10, owner };
      const out = new FlowSocket({
        ...common,
        descriptor: descriptorOf(here),
        onChannelData: () => undefined,
      });
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
      const sender = new BatchedSender(libc, sockets, counting, token);
      const send = vi.spyOn(sockets, 'send');
      for (let dueMs = 1; dueMs <= 70; dueMs += 1) sender.add(out, dueMs, step);
      sender.flush();
      // A block holds 64.
      expect(send).toHaveBeenCalledTimes(2);
      writeSync(out.descriptor, Uint8Array.of(1, 1, 0, 0));
      receiveUntil(() => forClient.length === 1);
      expect(seen).toEqual(Array.from({ length: 70 }, (_, i) => [i + 1, i + 11, step, payloadBytes]));
      expect(forClient).toEqual([Uint8Array.of(1, 1, 0, 0)]);
      expect(counting.count(gauges, false).sent).toBe(70);
      expect(refusals).toEqual([]);
    });

    it('what several flows have due is put together by flow, each in its order; what does not fit goes alone', () => {
      const heard: number[] = [];
      const reader = new StampReader(token);
      const take: Inlet['take'] = ({ view, at, end }) => {
        reader.readFrom(view, at + channelHeaderBytes, end);
        heard.push(reader.dueMs);
      };
      sockets.add({ descriptor: descriptorOf(there), take, refused: () => undefined });
      const counting = meter();
      const sender = new BatchedSender(libc, sockets, counting, token);
      const send = vi.spyOn(sockets, 'send');
      let sequence = 0;
      const nextSequence = () => {
        sequence += 1;
        return sequence;
      };
      const outlet = { descriptor: descriptorOf(here), channel, payloadBytes, nextSequence };
      const other = { ...outlet, descriptor: descriptorOf(there) };
      for (let dueMs = 1; dueMs <= 6; dueMs += 1) sender.add(dueMs % 2 === 0 ? other : outlet, dueMs, step);
      sender.flush();
      expect(send).toHaveBeenCalledTimes(2);
      receiveUntil(() => heard.length === 3);
      expect(heard).toEqual([1, 3, 5]);
      expect(counting.count(gauges, false).sent).toBe(6);
    });

    it('where the system cannot cut one message into several, they leave one by one', () => {
      // udp(7) and the kernel: no segments without checksums.
      const on = new Uint8Array(new Int32Array([1]).buffer);
      const [socketLevel, noChecksums] = [1, 11];
      expect(
        libc.setsockopt(descriptorOf(here), socketLevel, noChecksums, libc.addressOf(on), on.length),
      ).toBe(0);
      let heard = 0;
      const take = () => {
        heard += 1;
      };
      sockets.add({ descriptor: descriptorOf(there), take, refused: () => undefined });
      const counting = meter();
      const sender = new BatchedSender(libc, sockets, counting, token);
      const outlet = { descriptor: descriptorOf(here), channel, payloadBytes, nextSequence: () => 1 };
      for (let round = 0; round < 2; round += 1) {
        for (let packet = 0; packet < 3; packet += 1) sender.add(outlet, 1, step);
        sender.flush();
      }
      receiveUntil(() => heard === 6);
      expect(heard).toBe(6);
      expect(refusals).toEqual([]);
    });

    it('what is taken goes back as it came, and its time of arrival is that of the system', () => {
      const back: number[] = [];
      const times: number[] = [];
      sockets.add({
        descriptor: descriptorOf(there),
        take: ({ at, end, arrivedMs }) => {
          times.push(arrivedMs);
          if (end - at < 30) sockets.sendBack(descriptorOf(there));
        },
        refused: () => undefined,
      });
      sockets.add({
        descriptor: descriptorOf(here),
        take: ({ view, at, end }) => back.push(view.getUint8(at), end - at),
        refused: () => undefined,
      });
      const fromMs = performance.now();
      for (const bytes of [10, 10, 50, 20, 30])
        writeSync(descriptorOf(here), new Uint8Array(bytes).fill(bytes));
      const toMs = performance.now();
      sockets.rest(20);
      receiveUntil(() => back.length === 6);
      expect(back).toEqual([10, 10, 10, 10, 20, 20]);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // Two clocks are read one after the other.
      expect(times[0]).toBeGreaterThan(fromMs - 1);
      expect(times.at(-1)).toBeLessThan(toMs + 1);
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
      const sender = new BatchedSender(libc, sockets, counting, token);
      const outlet = { descriptor: inlet.descriptor, channel, payloadBytes, nextSequence: () => 1 };
      const sendOne = () => {
        sender.add(outlet, 1, step);
        sender.flush();
      };
      sendOne();
      sendOne();
      // A ring tells it at the latest when it looks for what has arrived.
      receiveUntil(() => refusals.length + told.length > 0);
      sendOne();
      receiveUntil(() => told.length > 0);
      expect([...refusals, ...told]).toContain('ECONNREFUSED');
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
