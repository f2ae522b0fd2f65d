import { readUint16, readUint32, writeUint16, writeUint32 } from '../bytes.ts';
import { fixed, inRange, Malformed, maxValueBytes, type ValueCodec } from './codec.ts';

export const uint32 = fixed<number>('uint32', 4, readUint32, (value, out, at) =>
  writeUint32(out, at, inRange(value, 0xffff_ffff, 'value')),
);

/** 16 bits followed by two reserved bytes (RFC 8656 s18.1). */
export const uint16 = fixed<number>('uint16', 4, readUint16, (value, out, at) =>
  writeUint32(out, at, inRange(value, 0xffff, 'value') * 0x1_0000),
);

/** RFC 5780 s7.5 calls the last two bytes padding, so some count them in the length and some do not: read both. */
export const port: ValueCodec<number> = {
  ...uint16,
  minBytes: 2,
  read: (bytes, at, length) => (length === 2 ? readUint16(bytes, at) : uint16.read(bytes, at, length)),
};

export const uint64 = fixed<bigint>(
  'uint64',
  8,
  (bytes, at) => (BigInt(readUint32(bytes, at)) << 32n) | BigInt(readUint32(bytes, at + 4)),
  (value, out, at) => {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new RangeError('value must be 0–2^64-1');
    writeUint32(out, at, Number(value >> 32n));
    writeUint32(out, at + 4, Number(value & 0xffff_ffffn));
  },
);

/** RFC 8656 s18.8: one byte of IP protocol number, three reserved. */
export const protocol = fixed<number>(
  'protocol',
  4,
  (bytes, at) => bytes[at] ?? 0,
  (value, out, at) => writeUint32(out, at, inRange(value, 0xff, 'protocol') * 0x100_0000),
);

/** Present or not; no value. */
export const flag = fixed<true>(
  'flag',
  0,
  () => true,
  () => {},
);

/** RFC 8656 s18.7: the top bit asks the server to reserve the next port as well. */
export const evenPort = fixed<{ readonly reserve: boolean }>(
  'even-port',
  1,
  (bytes, at) => ({ reserve: ((bytes[at] ?? 0) & 0x80) !== 0 }),
  (value, out, at) => {
    out[at] = value.reserve ? 0x80 : 0x00;
  },
);

export interface ChangeRequest {
  readonly changeIp: boolean;
  readonly changePort: boolean;
}

/** RFC 5780 s7.2: bit A (0x4) other address, bit B (0x2) other port. */
export const changeRequest = fixed<ChangeRequest>(
  'change-request',
  4,
  (bytes, at) => {
    const flags = bytes[at + 3] ?? 0;
    return { changeIp: (flags & 0x04) !== 0, changePort: (flags & 0x02) !== 0 };
  },
  (value, out, at) => writeUint32(out, at, (value.changeIp ? 0x04 : 0) | (value.changePort ? 0x02 : 0)),
);

const oddLength = new Malformed('length must be even');

export const uint16List: ValueCodec<readonly number[]> = {
  kind: 'uint16-list',
  minBytes: 0,
  maxBytes: maxValueBytes,
  read(bytes, at, length) {
    if (length % 2 !== 0) return oddLength;
    return Array.from({ length: length / 2 }, (_, i) => readUint16(bytes, at + 2 * i));
  },
  write(values, out, at) {
    if (at + 2 * values.length > out.length) throw new RangeError('message too long');
    values.forEach((value, i) => {
      writeUint16(out, at + 2 * i, inRange(value, 0xffff, 'attribute type'));
    });
    return 2 * values.length;
  },
};
