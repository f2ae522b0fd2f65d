import { paddingAfter, readUint16, writeUint16 } from '../bytes.ts';
import { copyBytes } from '../copy.ts';
import { inRange, Malformed, maxValueBytes, type ValueCodec } from './codec.ts';

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
