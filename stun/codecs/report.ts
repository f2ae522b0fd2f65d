/** Values that report on packets: ICMP errors and transmission counts. */
import { readUint16, readUint32, writeUint32 } from '../bytes.ts';
import { fixed, inRange } from './codec.ts';

export interface IcmpReport {
  /** 0–127. */
  readonly type: number;
  /** 0–511. */
  readonly code: number;
  /** Next-hop MTU for "packet too big", else 0. */
  readonly data: number;
}

/** RFC 8656 s18.13: seven bits of type, nine of code. */
export const icmp = fixed<IcmpReport>(
  'icmp',
  8,
  (bytes, at) => {
    const typeAndCode = readUint16(bytes, at + 2);
    return { type: typeAndCode >>> 9, code: typeAndCode & 0x1ff, data: readUint32(bytes, at + 4) };
  },
  (value, out, at) => {
    const typeAndCode =
      (inRange(value.type, 0x7f, 'ICMP type') << 9) | inRange(value.code, 0x1ff, 'ICMP code');
    writeUint32(out, at, typeAndCode);
    writeUint32(out, at + 4, inRange(value.data, 0xffff_ffff, 'ICMP data'));
  },
);

export interface TransmitCounter {
  /** Which transmission of the request this is (1 = first). */
  readonly request: number;
  /** How often the answer has been sent; 0 in requests. */
  readonly response: number;
}

/** RFC 7982 s3.1. */
export const transmitCounter = fixed<TransmitCounter>(
  'transmit-counter',
  4,
  (bytes, at) => ({ request: bytes[at + 2] ?? 0, response: bytes[at + 3] ?? 0 }),
  (value, out, at) =>
    writeUint32(
      out,
      at,
      (inRange(value.request, 0xff, 'count') << 8) | inRange(value.response, 0xff, 'count'),
    ),
);
