import type { AddressFamily } from '../endpoint.ts';
import { readText, writeText } from '../text.ts';
import { familyCode, readFamily } from './address.ts';
import { Malformed, type ValueCodec } from './codec.ts';

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
