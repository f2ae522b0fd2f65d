/**
 * How attribute values are laid out. Every codec reads and writes inside the message's own buffer, which starts
 * with the header: the XOR codecs take their mask from bytes 4–19 there. `kind` names the layout, so that tests
 * can make values for every row of the attribute table.
 *
 * Reading never throws: it gives the value or a {@link Malformed}. Writing a value that the layout cannot hold
 * throws a RangeError: that is a mistake in our own program, not on the wire.
 */
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './address.ts';
import { copyBytes, paddingAfter, readUint16, readUint32, writeUint16, writeUint32 } from './bytes.ts';
import type { AddressFamily, Endpoint } from './endpoint.ts';
import { readText, writeText } from './text.ts';

/** Why a value could not be read. */
export class Malformed {
  readonly problem: string;
  constructor(problem: string) {
    this.problem = problem;
  }
}

export type CodecKind =
  | 'address'
  | 'xor-address'
  | 'text'
  | 'bytes'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'flag'
  | 'uint16-list'
  | 'change-request'
  | 'error-code'
  | 'address-error-code'
  | 'address-family'
  | 'even-port'
  | 'protocol'
  | 'password-algorithm'
  | 'password-algorithms'
  | 'icmp'
  | 'transmit-counter';

export interface ValueCodec<T> {
  readonly kind: CodecKind;
  /** Sizes in bytes that the value may have, padding not counted; tests stay inside them. */
  readonly minBytes: number;
  readonly maxBytes: number;
  read(bytes: Uint8Array, at: number, length: number): T | Malformed;
  /** Writes at `at` and returns the length. The caller has made sure that `maxBytes` fit, or checks `out`. */
  write(value: T, out: Uint8Array, at: number): number;
}

/** An attribute's length field has 16 bits, and the message with its header must fit as well. */
export const maxValueBytes = 65_528;

function fixed<T>(
  kind: CodecKind,
  size: number,
  read: (bytes: Uint8Array, at: number) => T | Malformed,
  write: (value: T, out: Uint8Array, at: number) => void,
): ValueCodec<T> {
  const wrongSize = new Malformed(`must be ${size} bytes long`);
  return {
    kind,
    minBytes: size,
    maxBytes: size,
    read: (bytes, at, length) => (length === size ? read(bytes, at) : wrongSize),
    write: (value, out, at) => {
      write(value, out, at);
      return size;
    },
  };
}

function inRange(value: number, max: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError(`${what} must be 0–${max}`);
  return value;
}

// – addresses –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

const familyCode = { ipv4: 0x01, ipv6: 0x02 } as const;
const wrongFamily = new Malformed('address family is neither IPv4 (1) nor IPv6 (2)');
const wrongAddressSize = new Malformed('address length does not fit its family');

/** RFC 8489 s14.1 plain, s14.2 XORed with the magic cookie and, for IPv6, the transaction id. */
function addressCodec(kind: 'address' | 'xor-address'): ValueCodec<Endpoint> {
  // XOR with bytes 4.. of the header, or with nothing; the same code serves both layouts.
  const mask = kind === 'xor-address' ? 0xff : 0x00;
  return {
    kind,
    minBytes: 8,
    maxBytes: 20,
    read(bytes, at, length) {
      if (length < 4) return wrongAddressSize;
      const family = bytes[at + 1];
      const port = readUint16(bytes, at + 2) ^ (mask === 0 ? 0 : readUint16(bytes, 4));
      const octet = (i: number): number => (bytes[at + 4 + i] ?? 0) ^ ((bytes[4 + i] ?? 0) & mask);
      if (family === familyCode.ipv4) {
        if (length !== 8) return wrongAddressSize;
        return { address: formatIpv4(octet(0), octet(1), octet(2), octet(3)), port };
      }
      if (family !== familyCode.ipv6) return wrongFamily;
      if (length !== 20) return wrongAddressSize;
      return { address: formatIpv6(Array.from({ length: 16 }, (_, i) => octet(i))), port };
    },
    write({ address, port }, out, at) {
      inRange(port, 0xffff, 'port');
      const ipv4 = parseIpv4(address);
      const ipv6 = ipv4 < 0 ? parseIpv6(address) : null;
      if (ipv4 < 0 && ipv6 === null) throw new RangeError('address is not an IP literal');
      out[at] = 0;
      out[at + 1] = ipv6 === null ? familyCode.ipv4 : familyCode.ipv6;
      writeUint16(out, at + 2, port ^ (mask === 0 ? 0 : readUint16(out, 4)));
      if (ipv6 === null) {
        writeUint32(out, at + 4, ipv4 ^ (mask === 0 ? 0 : readUint32(out, 4)));
        return 8;
      }
      for (let i = 0; i < 16; i++) out[at + 4 + i] = (ipv6[i] ?? 0) ^ ((out[4 + i] ?? 0) & mask);
      return 20;
    },
  };
}

export const address = addressCodec('address');
export const xorAddress = addressCodec('xor-address');

function readFamily(code: number | undefined): AddressFamily | Malformed {
  if (code === familyCode.ipv4) return 'ipv4';
  return code === familyCode.ipv6 ? 'ipv6' : wrongFamily;
}

/** RFC 8656 s18.6: one byte of family, three reserved. */
export const addressFamily = fixed<AddressFamily>(
  'address-family',
  4,
  (bytes, at) => readFamily(bytes[at]),
  (family, out, at) => writeUint32(out, at, familyCode[family] << 24),
);

// – text and bytes ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

const notUtf8 = new Malformed('is not valid UTF-8');

export function text(maxBytes: number): ValueCodec<string> {
  const tooLong = new Malformed(`is longer than ${maxBytes} bytes`);
  return {
    kind: 'text',
    minBytes: 0,
    maxBytes,
    read: (bytes, at, length) => (length > maxBytes ? tooLong : (readText(bytes, at, length) ?? notUtf8)),
    write: (value, out, at) => writeText(value, out, at, maxBytes),
  };
}

export function opaque(minBytes: number, maxBytes: number, multipleOf = 1): ValueCodec<Uint8Array> {
  const size = minBytes === maxBytes ? `${minBytes}` : `${minBytes}–${maxBytes}`;
  const problem = `must be ${size} bytes long${multipleOf > 1 ? `, a multiple of ${multipleOf}` : ''}`;
  const wrongSize = new Malformed(problem);
  const fits = (length: number): boolean =>
    length >= minBytes && length <= maxBytes && length % multipleOf === 0;
  return {
    kind: 'bytes',
    minBytes,
    maxBytes,
    read: (bytes, at, length) => (fits(length) ? copyBytes(bytes, at, length) : wrongSize),
    write(value, out, at) {
      if (!fits(value.length)) throw new RangeError(problem);
      if (at + value.length > out.length) throw new RangeError('message too long');
      out.set(value, at);
      return value.length;
    },
  };
}

// – numbers and flags –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

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

// – errors ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

/** RFC 8489 s14.8: a reason phrase has fewer than 128 characters, which are at most 763 bytes. */
export const maxPhraseBytes = 763;

const shortError = new Malformed('must be at least 4 bytes long');
const wrongErrorCode = new Malformed('error code is outside 300–699');
const longReason = new Malformed(`reason phrase is longer than ${maxPhraseBytes} bytes`);

export interface StunError {
  readonly code: number;
  readonly reason: string;
}

function readError(bytes: Uint8Array, at: number, length: number): StunError | Malformed {
  if (length < 4) return shortError;
  if (length > 4 + maxPhraseBytes) return longReason;
  const hundreds = (bytes[at + 2] ?? 0) & 0x07;
  const rest = bytes[at + 3] ?? 0;
  if (hundreds < 3 || hundreds > 6 || rest > 99) return wrongErrorCode;
  // The number is what counts: a phrase in another charset must not hide it.
  const reason = readText(bytes, at + 4, length - 4, 'replace') ?? '';
  return { code: hundreds * 100 + rest, reason };
}

function writeError(error: StunError, out: Uint8Array, at: number): number {
  if (!Number.isInteger(error.code) || error.code < 300 || error.code > 699)
    throw new RangeError('error code must be 300–699');
  out[at + 1] = 0;
  out[at + 2] = Math.floor(error.code / 100);
  out[at + 3] = error.code % 100;
  return 4 + writeText(error.reason, out, at + 4, maxPhraseBytes);
}

export const errorCode: ValueCodec<StunError> = {
  kind: 'error-code',
  minBytes: 4,
  maxBytes: 4 + maxPhraseBytes,
  read: readError,
  write(value, out, at) {
    out[at] = 0;
    return writeError(value, out, at);
  },
};

export interface AddressError extends StunError {
  readonly family: AddressFamily;
}

/** RFC 8656 s18.12: an error code that concerns one address family only. */
export const addressErrorCode: ValueCodec<AddressError> = {
  kind: 'address-error-code',
  minBytes: 4,
  maxBytes: 4 + maxPhraseBytes,
  read(bytes, at, length) {
    const error = readError(bytes, at, length);
    if (error instanceof Malformed) return error;
    const family = readFamily(bytes[at]);
    return family instanceof Malformed ? family : { family, ...error };
  },
  write(value, out, at) {
    out[at] = familyCode[value.family];
    return writeError(value, out, at);
  },
};

// – password algorithms, ICMP, counters –––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

/** RFC 8489 s18.5: 1 is MD5, 2 is SHA-256; neither has parameters. */
export interface PasswordAlgorithm {
  readonly id: number;
  readonly parameters: Uint8Array;
}

const brokenAlgorithm = new Malformed('algorithm parameters run past the end');

function readAlgorithm(bytes: Uint8Array, at: number, end: number): PasswordAlgorithm | Malformed {
  if (at + 4 > end) return brokenAlgorithm;
  const size = readUint16(bytes, at + 2);
  if (at + 4 + size > end) return brokenAlgorithm;
  return { id: readUint16(bytes, at), parameters: copyBytes(bytes, at + 4, size) };
}

function writeAlgorithm(value: PasswordAlgorithm, out: Uint8Array, at: number): number {
  const size = value.parameters.length;
  if (at + 4 + size + 3 > out.length) throw new RangeError('message too long');
  writeUint16(out, at, inRange(value.id, 0xffff, 'algorithm'));
  writeUint16(out, at + 2, size);
  out.set(value.parameters, at + 4);
  return 4 + size;
}

/** RFC 8489 s14.12. */
export const passwordAlgorithm: ValueCodec<PasswordAlgorithm> = {
  kind: 'password-algorithm',
  minBytes: 4,
  maxBytes: maxValueBytes,
  read(bytes, at, length) {
    const value = readAlgorithm(bytes, at, at + length);
    if (value instanceof Malformed) return value;
    return length - 4 - value.parameters.length > 3 ? brokenAlgorithm : value;
  },
  write: writeAlgorithm,
};

/** RFC 8489 s14.11: several of them, each padded to a 32-bit boundary. */
export const passwordAlgorithms: ValueCodec<readonly PasswordAlgorithm[]> = {
  kind: 'password-algorithms',
  minBytes: 0,
  maxBytes: maxValueBytes,
  read(bytes, at, length) {
    const values: PasswordAlgorithm[] = [];
    for (let next = at; next < at + length; ) {
      const value = readAlgorithm(bytes, next, at + length);
      if (value instanceof Malformed) return value;
      values.push(value);
      next += 4 + value.parameters.length + paddingAfter(value.parameters.length);
    }
    return values;
  },
  write(values, out, at) {
    let next = at;
    for (const value of values) {
      const end = next + writeAlgorithm(value, out, next);
      next = end + paddingAfter(end - at);
      out.fill(0, end, next);
    }
    return next - at;
  },
};

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
