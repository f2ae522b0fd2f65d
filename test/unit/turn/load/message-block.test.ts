/** What the system reads and writes, byte for byte. Offsets: struct mmsghdr, iovec and epoll_event of <sys/socket.h>, <sys/epoll.h>. */
import { describe, expect, it } from 'vitest';
import { MessageBlock } from '../../../../turn/load/message-block.ts';
import { ReadyList } from '../../../../turn/load/ready-list.ts';

const address = 0x7f12_3456_7000n;
const [slots, slotBytes] = [3, 256];
const block = () => new MessageBlock(slots, slotBytes, () => address);
/** Where in the piece an address points. */
const offset = (pointer: bigint) => Number(pointer - address);

describe('messages', () => {
  it('each header leads over one vector to a buffer of its own', () => {
    const some = block();
    const buffers = Array.from({ length: slots }, (_, slot) => {
      const header = offset(some.from(slot));
      expect(header).toBe(64 * slot);
      // No name, one vector, no control data.
      expect(some.view.getBigUint64(header, true)).toBe(0n);
      expect(some.view.getUint32(header + 8, true)).toBe(0);
      expect(some.view.getBigUint64(header + 24, true)).toBe(1n);
      expect(some.view.getBigUint64(header + 32, true)).toBe(0n);
      expect(some.view.getBigUint64(header + 40, true)).toBe(0n);
      const vector = offset(some.view.getBigUint64(header + 16, true));
      expect(some.view.getBigUint64(vector + 8, true)).toBe(BigInt(slotBytes));
      return offset(some.view.getBigUint64(vector, true));
    });
    expect(buffers).toEqual([0, 1, 2].map((slot) => some.at(slot)));
    // Behind them what is told beside each.
    expect(buffers.map((buffer) => buffer + slotBytes).at(-1)).toBe(some.bytes.length - 32 * slots);
    expect(offset(some.from(2)) + Number(address)).toBe(some.headerAddress(2));
    expect(offset(some.bufferOf(2)) + Number(address)).toBe(some.bufferAddress(2));
  });

  it('the room of a message is what may be sent or received, and goes back to all', () => {
    const some = block();
    const room = () => {
      const vector = offset(some.view.getBigUint64(64 + 16, true));
      return some.view.getBigUint64(vector + 8, true);
    };
    some.setRoom(1, 24);
    expect(room()).toBe(24n);
    some.resetRoom(1);
    expect(room()).toBe(BigInt(slotBytes));
  });

  it('several as one that the system cuts: as many vectors, and UDP_SEGMENT with the size', () => {
    const some = block();
    some.setRoom(0, 100);
    for (const slot of [1, 2]) some.setRoom(slot, 120);
    expect([some.commonRoom(0, 3), some.commonRoom(1, 3), some.commonRoom(0, 1)]).toEqual([0, 120, 100]);
    some.join(1, 2, 120);
    expect(some.view.getBigUint64(64 + 24, true)).toBe(2n);
    expect(some.view.getBigUint64(64 + 40, true)).toBe(24n);
    const control = offset(some.view.getBigUint64(64 + 32, true));
    expect(control).toBe(some.bytes.length - 2 * 32);
    expect(some.view.getBigUint64(control, true)).toBe(18n);
    expect([8, 12].map((at) => some.view.getInt32(control + at, true))).toEqual([17, 103]);
    expect(some.view.getUint16(control + 16, true)).toBe(120);
    some.join(1, 1, 120);
    expect([24, 32, 40].map((at) => some.view.getBigUint64(64 + at, true))).toEqual([1n, 0n, 0n]);
  });

  it('when it arrived comes beside it, where that was asked for; NaN: it was not told', () => {
    const some = block();
    expect(some.arrival(1)).toBeNaN();
    some.askForArrival(1);
    expect(some.view.getBigUint64(64 + 40, true)).toBe(32n);
    const control = offset(some.view.getBigUint64(64 + 32, true));
    expect(some.arrival(1)).toBeNaN();
    some.view.setInt32(control + 8, 1, true);
    some.view.setInt32(control + 12, 35, true);
    some.view.setBigInt64(control + 16, 2n ** 33n, true);
    some.view.setBigInt64(control + 24, 1_500_000n, true);
    expect(some.arrival(1)).toBe(2 ** 33 * 1000 + 1.5);
    some.forgetArrival(1);
    expect([32, 40].map((at) => some.view.getBigUint64(64 + at, true))).toEqual([0n, 0n]);
  });

  it('the length that was received; none of what was cut off', () => {
    const some = block();
    some.view.setUint32(64 + 56, 172, true);
    expect(some.received(1)).toBe(172);
    // MSG_TRUNC
    some.view.setUint32(64 + 48, 0x20, true);
    expect(some.received(1)).toBe(0);
  });
});

describe('who is ready', () => {
  it.each([
    ['packed (x86-64)', true, 12, 4],
    ['aligned (arm64)', false, 16, 8],
  ])('%s', (_name, isPacked, eventBytes, dataAt) => {
    let memory: Uint8Array = new Uint8Array();
    const list = new ReadyList(4, isPacked, (bytes) => {
      memory = bytes;
      return address;
    });
    expect(memory.length).toBe(4 * eventBytes);
    const view = new DataView(memory.buffer);
    list.write(1, 77);
    expect([view.getUint32(0, true), view.getUint32(dataAt, true)]).toEqual([1, 77]);
    view.setBigUint64(3 * eventBytes + dataAt, 5n, true);
    expect([list.keyOf(0), list.keyOf(3)]).toEqual([77, 5]);
  });
});
