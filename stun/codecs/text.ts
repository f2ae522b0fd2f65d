import { copyBytes } from '../copy.ts';
import { readText, writeText } from '../text.ts';
import { Malformed, type ValueCodec } from './codec.ts';

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
