/**
 * MESSAGE-INTEGRITY (RFC 8489 s14.5), MESSAGE-INTEGRITY-SHA256 (s14.6) and FINGERPRINT (s14.7). All three are
 * computed over the message up to themselves, with the header's length field reaching to their own end.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Attribute } from './attributes.ts';
import { paddingAfter, readUint16, readUint32, writeUint16, writeUint32 } from './bytes.ts';
import { copyBytes, Scratch } from './copy.ts';
import {
  type EncodeOptions,
  headerBytes,
  maxMessageBytes,
  type StunMessage,
  writeMessage,
} from './message.ts';

export interface Seal extends EncodeOptions {
  /** The HMAC key, from `credential.ts`. Without it the message carries no integrity. */
  readonly key?: Uint8Array;
  /** Default sha1: MESSAGE-INTEGRITY. */
  readonly algorithm?: 'sha1' | 'sha256';
  /** With sha256: 16–32 bytes in steps of four (RFC 8489 s14.6). Default 32. */
  readonly truncateTo?: number;
  /** Default false. */
  readonly fingerprint?: boolean;
}

export type Check = 'valid' | 'invalid' | 'absent';

const codes = { sha1: 0x0008, sha256: 0x001c, fingerprint: 0x8028 } as const;
/** RFC 8489 s14.7: "STUN" in ASCII, so that the sum differs from those of protocols around STUN. */
const fingerprintXor = 0x5354_554e;
/** With its header. */
export const fingerprintBytes = 8;

const buffer = new Scratch(maxMessageBytes + 4);
const scratch = buffer.bytes;

/**
 * Encodes the message and closes it with what `seal` asks for. Integrity and fingerprint attributes that the
 * message already has are left out, so a decoded message can be sealed again.
 */
export function sealMessage(message: StunMessage, seal: Seal): Uint8Array {
  const unsealed = message.attributes.some(isSeal)
    ? { ...message, attributes: message.attributes.filter((attribute) => !isSeal(attribute)) }
    : message;
  let end = writeMessage(unsealed, scratch, seal.paddingByte);
  if (seal.key !== undefined) end = appendIntegrity(end, seal.key, seal);
  if (seal.fingerprint === true) {
    makeRoom(end, 4);
    closeWithFingerprint(scratch, end);
    end += fingerprintBytes;
  }
  return buffer.take(end);
}

function isSeal({ name }: Attribute): boolean {
  return name === 'MESSAGE-INTEGRITY' || name === 'MESSAGE-INTEGRITY-SHA256' || name === 'FINGERPRINT';
}

function appendIntegrity(at: number, key: Uint8Array, seal: Seal): number {
  const algorithm = seal.algorithm ?? 'sha1';
  const size = algorithm === 'sha1' ? 20 : (seal.truncateTo ?? 32);
  if (algorithm === 'sha256' && !isSha256Size(size))
    throw new RangeError('truncateTo must be 16–32, in fours');
  makeRoom(at, size);
  writeUint16(scratch, at, codes[algorithm]);
  writeUint16(scratch, at + 2, size);
  scratch.set(hmac(scratch, at, size, key, algorithm).subarray(0, size), at + 4);
  return at + 4 + size;
}

/** The message now ends behind a value of that size. */
function makeRoom(at: number, size: number): void {
  if (at + 4 + size > maxMessageBytes) throw new RangeError('message too long');
  writeUint16(scratch, 2, at + 4 + size - headerBytes);
}

/** Writes FINGERPRINT at `at`; the header's length already reaches to its end (RFC 8489 s14.7). */
export function closeWithFingerprint(bytes: Uint8Array, at: number): void {
  writeUint16(bytes, at, codes.fingerprint);
  writeUint16(bytes, at + 2, 4);
  writeUint32(bytes, at + 4, fingerprintOf(bytes, at));
}

function isSha256Size(size: number): boolean {
  return size >= 16 && size <= 32 && size % 4 === 0;
}

/** Over the bytes before `at`, as if the message ended with the integrity attribute there. */
function hmac(
  bytes: Uint8Array,
  at: number,
  size: number,
  key: Uint8Array,
  algorithm: 'sha1' | 'sha256',
): Uint8Array {
  const head = copyBytes(bytes, 0, 4);
  writeUint16(head, 2, at + 4 + size - headerBytes);
  return createHmac(algorithm, key).update(head).update(bytes.subarray(4, at)).digest();
}

function fingerprintOf(bytes: Uint8Array, at: number): number {
  return (crc32(bytes.subarray(0, at)) ^ fingerprintXor) >>> 0;
}

interface Found {
  readonly at: number;
  readonly size: number;
}

/** Where the attributes that close a message stand; null when the bytes are no STUN frame. */
function findSeals(
  bytes: Uint8Array,
): { sha1?: Found; sha256?: Found; fingerprint?: Found; end: number } | null {
  if (bytes.length < headerBytes || (bytes[0] ?? 0xff) > 0x3f) return null;
  const end = headerBytes + readUint16(bytes, 2);
  if (end > bytes.length || end % 4 !== 0) return null;
  const seals: { sha1?: Found; sha256?: Found; fingerprint?: Found; end: number } = { end };
  for (let at = headerBytes; at < end; ) {
    const code = readUint16(bytes, at);
    const size = readUint16(bytes, at + 2);
    if (at + 4 + size > end) return null;
    if (code === codes.sha1) seals.sha1 ??= { at, size };
    else if (code === codes.sha256) seals.sha256 ??= { at, size };
    else if (code === codes.fingerprint) seals.fingerprint ??= { at, size };
    at += 4 + size + paddingAfter(size);
  }
  return seals;
}

/**
 * Checks either kind of integrity, the SHA-256 one where both are there. "absent" only for a whole message that
 * carries none; bytes that are no STUN message are "invalid". Takes the same time wherever the first difference is.
 */
export function checkIntegrity(bytes: Uint8Array, key: Uint8Array): Check {
  const seals = findSeals(bytes);
  if (seals === null) return 'invalid';
  const found = seals.sha256 ?? seals.sha1;
  if (found === undefined) return 'absent';
  const algorithm = seals.sha256 === undefined ? 'sha1' : 'sha256';
  if (algorithm === 'sha1' ? found.size !== 20 : !isSha256Size(found.size)) return 'invalid';
  const expected = hmac(bytes, found.at, found.size, key, algorithm).subarray(0, found.size);
  const actual = bytes.subarray(found.at + 4, found.at + 4 + found.size);
  return timingSafeEqual(expected, actual) ? 'valid' : 'invalid';
}

/** A fingerprint that is not the last attribute is invalid (RFC 8489 s14.7). */
export function checkFingerprint(bytes: Uint8Array): Check {
  const seals = findSeals(bytes);
  if (seals === null) return 'invalid';
  const found = seals.fingerprint;
  if (found === undefined) return 'absent';
  if (found.size !== 4 || found.at + fingerprintBytes !== seals.end) return 'invalid';
  return readUint32(bytes, found.at + 4) === fingerprintOf(bytes, found.at) ? 'valid' : 'invalid';
}
