/** STUN messages ⇄ bytes (RFC 8489 s5, s14). Runs in browsers: no Node modules, no Buffer. */

import {
  type Attribute,
  type AttributeName,
  type AttributeValues,
  isOpaque,
  type KnownAttribute,
  rowByName,
  rowOfCode,
} from './attributes.ts';
import { paddingAfter, readUint16, readUint32, toHex, writeUint16, writeUint32 } from './bytes.ts';
import { Malformed } from './codecs/codec.ts';
import { copyBytes, Scratch } from './copy.ts';

export const methods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
  connect: 0x00a,
  connectionBind: 0x00b,
  connectionAttempt: 0x00c,
} as const;

export type MessageClass = 'request' | 'indication' | 'success' | 'error';

export interface StunMessage {
  /** 0–0xfff. */
  readonly method: number;
  readonly class: MessageClass;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  /** In wire order, with duplicates. */
  readonly attributes: readonly Attribute[];
  /**
   * RFC 3489 messages have a 16-byte transaction id and no magic cookie: its first four bytes as a number. Copy it
   * into an answer so that an old client recognises its id. Absent in every modern message.
   */
  readonly classicCookie?: number;
}

export const magicCookie = 0x2112_a442;
export const headerBytes = 20;
/** The length field has 16 bits and counts in fours. */
export const maxMessageBytes = headerBytes + 65_532;

export interface EncodeOptions {
  /** What fills the gap after a value; receivers ignore it (RFC 8489 s14). Default 0. */
  readonly paddingByte?: number;
}

export type DecodeResult =
  | { readonly ok: true; readonly message: StunMessage; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problem: string };

// RFC 8489 s5: the class bits sit at 0x0010 and 0x0100, in the middle of the method bits.
function messageType(method: number, messageClass: MessageClass): number {
  const bits = (method & 0x00f) | ((method & 0x070) << 1) | ((method & 0xf80) << 2);
  switch (messageClass) {
    case 'request':
      return bits;
    case 'indication':
      return bits | 0x010;
    case 'success':
      return bits | 0x100;
    case 'error':
      return bits | 0x110;
  }
}

function classOf(type: number): MessageClass {
  if ((type & 0x100) === 0) return (type & 0x010) === 0 ? 'request' : 'indication';
  return (type & 0x010) === 0 ? 'success' : 'error';
}

function methodOf(type: number): number {
  return (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
}

// – encode ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

// Encoding is synchronous and never nested, so one buffer serves all messages.
const scratch = new Scratch(maxMessageBytes + 4);

/** Header and attributes as they stand: no integrity or fingerprint is added ({@link sealMessage} does that). */
export function encodeMessage(message: StunMessage, options?: EncodeOptions): Uint8Array {
  return scratch.take(writeMessage(message, scratch.bytes, options?.paddingByte));
}

/**
 * Writes at the start of `out` and returns the end. Throws RangeError when a value cannot be expressed or the
 * message does not fit: that is the caller's mistake, never a peer's.
 */
export function writeMessage(message: StunMessage, out: Uint8Array, paddingByte = 0): number {
  const { method, transactionId, attributes } = message;
  if (!Number.isInteger(method) || method < 0 || method > 0xfff)
    throw new RangeError('method must be 0–0xfff');
  if (transactionId.length !== 12) throw new RangeError('transactionId must be 12 bytes long');
  writeUint16(out, 0, messageType(method, message.class));
  writeUint32(out, 4, message.classicCookie ?? magicCookie);
  for (let i = 0; i < 12; i++) out[8 + i] = transactionId[i] ?? 0;
  let at = headerBytes;
  for (let i = 0; i < attributes.length; i++)
    at = writeAttribute(attributes[i] as Attribute, out, at, paddingByte);
  writeUint16(out, 2, at - headerBytes);
  return at;
}

function writeAttribute(attribute: Attribute, out: Uint8Array, at: number, paddingByte: number): number {
  const row = rowByName.get(attribute.name);
  if (at + 8 > out.length) throw new RangeError('message too long');
  let length: number;
  if (row !== undefined) {
    length = row.codec.write((attribute as KnownAttribute).value, out, at + 4);
    writeUint16(out, at, row.code);
  } else if (isOpaque(attribute)) {
    length = attribute.bytes.length;
    if (at + 4 + length > out.length) throw new RangeError('message too long');
    out.set(attribute.bytes, at + 4);
    writeUint16(out, at, attribute.type);
  } else {
    throw new RangeError(`no such attribute: ${attribute.name}`);
  }
  writeUint16(out, at + 2, length);
  let end = at + 4 + length;
  for (let rest = paddingAfter(length); rest > 0; rest--) out[end++] = paddingByte;
  if (end > maxMessageBytes || end > out.length) throw new RangeError('message too long');
  return end;
}

// – decode ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

function rejected(problem: string): DecodeResult {
  return { ok: false, problem };
}

const noWarnings: readonly string[] = [];

/**
 * Reads one message from the start of `bytes`. Never throws. Rejects what has no STUN frame: wrong top bits, a
 * length that is no multiple of four or runs past the end, an attribute that overruns the message. Everything else
 * is kept, with a warning or as a `malformed` attribute: bytes after the message, a missing magic cookie (RFC
 * 3489), attributes behind the integrity.
 */
export function decodeMessage(bytes: Uint8Array): DecodeResult {
  const first = bytes[0];
  if (first === undefined) return rejected('empty');
  // RFC 8489 s5: the two top bits of a STUN message are zero.
  if (first > 0x3f) return rejected('the two top bits are not zero');
  if (bytes.length < headerBytes) return rejected(`${bytes.length} bytes are less than a header`);
  const length = readUint16(bytes, 2);
  if ((length & 3) !== 0) return rejected(`message length ${length} is no multiple of four`);
  const end = headerBytes + length;
  if (end > bytes.length)
    return rejected(`message length ${length} runs ${end - bytes.length} bytes past the end`);

  let attributes: Attribute[] | undefined;
  let count = 0;
  let integrityAt = -1;
  let fingerprintAt = -1;
  for (let at = headerBytes; at < end; ) {
    const code = readUint16(bytes, at);
    const size = readUint16(bytes, at + 2);
    if (at + 4 + size > end)
      return rejected(
        `attribute ${hexCode(code)} at byte ${at} claims ${size} bytes, ${end - at - 4} are left`,
      );
    if (code === 0x0008 || code === 0x001c) integrityAt = count;
    else if (code === 0x8028) fingerprintAt = count;
    const attribute = readAttribute(bytes, code, at + 4, size);
    // An array that begins with an element is a third as dear as an empty one that is pushed to.
    if (attributes === undefined) attributes = [attribute];
    else attributes.push(attribute);
    count++;
    at += 4 + size + paddingAfter(size);
  }

  const cookie = readUint32(bytes, 4);
  const type = readUint16(bytes, 0);
  const transactionId = copyBytes(bytes, 8, 12);
  const header = {
    method: methodOf(type),
    class: classOf(type),
    transactionId,
    attributes: attributes ?? [],
  };
  const message: StunMessage = cookie === magicCookie ? header : { ...header, classicCookie: cookie };
  const clean =
    cookie === magicCookie &&
    end === bytes.length &&
    integrityAt < 0 &&
    (fingerprintAt < 0 || fingerprintAt === count - 1);
  return { ok: true, message, warnings: clean ? noWarnings : warningsFor(message, bytes.length - end) };
}

function readAttribute(bytes: Uint8Array, code: number, at: number, size: number): Attribute {
  const row = rowOfCode(code);
  if (row === undefined) return { name: 'unknown', type: code, bytes: copyBytes(bytes, at, size) };
  const value = row.codec.read(bytes, at, size);
  if (value instanceof Malformed) {
    const problem = `${row.name} ${value.problem}`;
    return { name: 'malformed', type: code, bytes: copyBytes(bytes, at, size), problem };
  }
  // The table ties name and value together; the type system cannot follow a row chosen at run time.
  return { name: row.name, value } as KnownAttribute;
}

function warningsFor(message: StunMessage, trailingBytes: number): string[] {
  const warnings: string[] = [];
  if (message.classicCookie !== undefined) warnings.push('no magic cookie: an RFC 3489 message');
  if (trailingBytes > 0) warnings.push(`${trailingBytes} bytes follow the message`);
  const ignored = message.attributes.length - countHeeded(message.attributes);
  if (ignored > 0)
    warnings.push(`${ignored} attributes stand behind the integrity or fingerprint and do not count`);
  return warnings;
}

function hexCode(code: number): string {
  return `0x${code.toString(16).padStart(4, '0')}`;
}

// – access ––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––––

/** How strongly an attribute closes a message: nothing, integrity, fingerprint. Later ones must close more. */
function closingRank(attribute: Attribute): number {
  switch (attribute.name) {
    case 'MESSAGE-INTEGRITY':
      return 1;
    case 'MESSAGE-INTEGRITY-SHA256':
      return 2;
    case 'FINGERPRINT':
      return 3;
    default:
      return 0;
  }
}

function countHeeded(attributes: readonly Attribute[]): number {
  let count = 0;
  let closed = 0;
  for (const attribute of attributes) {
    const rank = closingRank(attribute);
    if (closed > 0 && rank <= closed) continue;
    closed = Math.max(closed, rank);
    count++;
  }
  return count;
}

/**
 * The first attribute of that name. One that stands behind MESSAGE-INTEGRITY, where anybody could have added it, is
 * not there (RFC 8489 s14.5: receivers ignore it, but for MESSAGE-INTEGRITY-SHA256 and FINGERPRINT).
 */
export function getAttribute<N extends AttributeName>(
  message: StunMessage,
  name: N,
): AttributeValues[N] | undefined {
  let closed = 0;
  for (const attribute of message.attributes) {
    const rank = closingRank(attribute);
    if (closed > 0 && rank <= closed) continue;
    if (attribute.name === name) return attribute.value as AttributeValues[N];
    closed = Math.max(closed, rank);
  }
  return undefined;
}

/** Hex text of a transaction id, for maps. */
export function transactionKey(id: Uint8Array): string {
  return toHex(id);
}
