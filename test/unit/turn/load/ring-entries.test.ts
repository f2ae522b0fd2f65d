/** What io_uring reads and writes, byte for byte. Offsets: <linux/io_uring.h>. */
import { describe, expect, it } from 'vitest';
import { arrivalIn } from '../../../../turn/load/arrival-time.ts';
import { DatagramPool, pageBytes } from '../../../../turn/load/datagram-pool.ts';
import {
  Completions,
  Entries,
  parametersBytes,
  readParameters,
  writeParameters,
} from '../../../../turn/load/ring-entries.ts';

const address = 0x7f12_3456_7890;

describe('work for the system', () => {
  it('struct io_uring_sqe: a datagram overwrites what stood there before', () => {
    const memory = new ArrayBuffer(128);
    const view = new DataView(memory);
    const entries = new Entries(memory);
    entries.writeReceive(1, 7, address, 3, 9);
    expect([view.getUint8(64), view.getUint8(65), view.getUint16(66, true)]).toEqual([10, 0x20, 2]);
    expect(view.getInt32(68, true)).toBe(7);
    expect(view.getBigUint64(80, true)).toBe(BigInt(address));
    expect([view.getUint32(88, true), view.getUint32(92, true)]).toEqual([1, 0]);
    expect(view.getBigUint64(96, true)).toBe(9n);
    expect(view.getUint16(104, true)).toBe(3);
    entries.writeSend(1, 8, address + 5, 100, 0x40);
    expect([view.getUint8(64), view.getUint8(65), view.getUint16(66, true)]).toEqual([26, 0x40, 0]);
    expect([view.getInt32(68, true), view.getUint32(88, true), view.getUint32(92, true)]).toEqual([
      8, 100, 0x40,
    ]);
    expect(view.getBigUint64(80, true)).toBe(BigInt(address + 5));
    expect([view.getUint32(96, true), view.getUint32(100, true)]).toEqual([0, 1]);
    expect(view.getUint16(104, true)).toBe(0);
    entries.writeJoinedSend(1, 8, address, 0x40, 4);
    expect([view.getUint8(64), view.getUint8(65), view.getUint32(88, true)]).toEqual([9, 0x40, 1]);
    expect([view.getUint32(96, true), view.getUint32(100, true)]).toEqual([4, 2]);
    entries.writeReceiveEnd(1, 9);
    expect([view.getUint8(64), view.getUint8(65), view.getInt32(68, true)]).toEqual([14, 0, -1]);
    // What ends is that which was named so above.
    expect(view.getBigUint64(80, true)).toBe(9n);
  });

  it('struct io_uring_cqe', () => {
    const memory = new ArrayBuffer(64);
    const view = new DataView(memory);
    view.setBigUint64(32, (2n << 32n) | 5n, true);
    view.setInt32(40, -105, true);
    view.setUint32(44, (300 << 16) | 3, true);
    const told = new Completions(memory, 16, 3);
    expect([told.kindOf(1), told.keyOf(1), told.resultOf(1)]).toEqual([2, 5, -105]);
    expect([told.bufferOf(1), told.goesOn(1)]).toEqual([300, true]);
    expect([told.bufferOf(0), told.goesOn(0)]).toEqual([-1, false]);
  });

  it('struct io_uring_params: asked, and answered', () => {
    const view = new DataView(new ArrayBuffer(parametersBytes));
    writeParameters(view, 0x3018, 4096);
    expect([view.getUint32(4, true), view.getUint32(8, true)]).toEqual([4096, 0x3018]);
    const answer: readonly (readonly [number, number])[] = [
      ...([
        [0, 256],
        [4, 8192],
        [20, 0x101],
        [44, 4],
        [64, 500],
      ] as const),
      ...([
        [80, 8],
        [84, 12],
        [100, 64],
      ] as const),
    ];
    for (const [at, value] of answer) view.setUint32(at, value, true);
    expect(readParameters(view)).toEqual({
      ...{ entries: 256, completions: 8192, features: 0x101 },
      submission: { tail: 4, array: 500 },
      completion: { head: 8, tail: 12, entries: 64 },
      ringBytes: 64 + 8192 * 16,
      entriesBytes: 256 * 64,
    });
  });
});

describe('buffers for what is received', () => {
  const [slots, datagramBytes] = [4, 100];
  const pool = () => new DatagramPool(slots, datagramBytes, () => BigInt(address));
  const slotBytes = 16 + 32 + datagramBytes;

  it('a ring at the beginning of a page leads to all of them, and comes round', () => {
    const some = pool();
    expect(some.ringAddress % pageBytes).toBe(0);
    const ringAt = some.ringAddress - address;
    const entry = (index: number) => {
      const at = ringAt + 16 * index;
      const slotAt = Number(some.view.getBigUint64(at, true)) - address;
      return [slotAt, some.view.getUint32(at + 8, true), some.view.getUint16(at + 12, true)];
    };
    const slotAt = (slot: number) => ringAt + 16 * slots + slotBytes * slot;
    const expected = [0, 1, 2, 3].map((slot) => [slotAt(slot), slotBytes, slot]);
    expect([0, 1, 2, 3].map(entry)).toEqual(expected);
    expect(some.view.getUint16(ringAt + 14, true)).toBe(4);
    some.giveBack(3);
    expect(entry(0)).toEqual(expected[3]);
    // Not yet offered.
    expect(some.view.getUint16(ringAt + 14, true)).toBe(4);
    some.offer();
    expect(some.view.getUint16(ringAt + 14, true)).toBe(5);
    expect(some.at(3) + datagramBytes).toBe(some.bytes.length - (pageBytes - ringAt));
  });

  it('struct io_uring_recvmsg_out, then the time of arrival, then the datagram', () => {
    const some = pool();
    const head = some.at(2) - 48;
    some.view.setUint32(head + 8, 60, true);
    expect(some.received(2)).toBe(60);
    expect(some.arrival(2)).toBeNaN();
    some.view.setUint32(head + 4, 32, true);
    some.view.setInt32(head + 16 + 8, 1, true);
    some.view.setInt32(head + 16 + 12, 35, true);
    some.view.setBigInt64(head + 16 + 16, 1_800_000_000n, true);
    some.view.setBigInt64(head + 16 + 24, 250_500_000n, true);
    expect(some.arrival(2)).toBe(1_800_000_000_250.5);
    some.view.setInt32(head + 16 + 12, 34, true);
    expect(arrivalIn(some.view, head + 16)).toBeNaN();
    // MSG_TRUNC
    some.view.setUint32(head + 12, 0x20, true);
    expect(some.received(2)).toBe(0);
  });
});
