/**
 * What two linked nodes say to each other over UDP, from primary endpoint to primary endpoint. A frame is four bytes
 * of magic and a STUN message of ours, closed by MESSAGE-INTEGRITY-SHA256. The first byte lies outside the ranges of
 * RFC 7983 s7, so a frame is neither taken for STUN nor for anything else that shares a port with it.
 */
import type { Attribute } from '../../stun/attributes.ts';
import { checkIntegrity, sealMessage } from '../../stun/integrity.ts';
import { decodeMessage, type MessageClass, type StunMessage } from '../../stun/message.ts';

/** `PLNK`. */
const magic = Uint8Array.of(0x50, 0x4c, 0x4e, 0x4b);

/** Methods inside frames; they never stand in a STUN message on the wire. */
export const linkMethods = {
  /** Asks for a session (request), and grants it (success). */
  open: 0x001,
  /** Is the session alive? (request, success) */
  ping: 0x002,
  /** Answer this request of a client from your own sockets (indication). */
  order: 0x003,
  /** Note what comes with this prefix (request, success or error). */
  watch: 0x004,
  /** What came with this prefix, from this number on? (request, success) */
  sightings: 0x005,
} as const;

/** A PADDING request of RFC 5780 s7.6 and its headers; longer ones are not carried on. */
export const maxCarriedBytes = 2_048;

export interface LinkFrame {
  readonly message: StunMessage;
  /** The frame without its magic; what the seal covers. */
  readonly sealed: Uint8Array;
}

export interface LinkMessage {
  readonly method: number;
  readonly class: MessageClass;
  readonly transactionId: Uint8Array;
  readonly attributes?: readonly Attribute[];
}

/** Asked within a session. */
export interface LinkQuestion {
  readonly method: number;
  readonly attributes: readonly Attribute[];
}

/** RFC 8489 s14.5: what stands behind the seal could have been added by anybody. */
export function sealedAttributes({ attributes }: StunMessage): readonly Attribute[] {
  return attributes.slice(
    0,
    attributes.findIndex(({ name }) => name === 'MESSAGE-INTEGRITY-SHA256'),
  );
}

export function encodeLinkFrame(message: LinkMessage, key: Uint8Array): Uint8Array {
  const sealed = sealMessage({ attributes: [], ...message }, { key, algorithm: 'sha256' });
  const frame = new Uint8Array(magic.length + sealed.length);
  frame.set(magic);
  frame.set(sealed, magic.length);
  return frame;
}

export function isLinkFrame(bytes: Uint8Array): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Reads a frame without believing it yet: see {@link isSealedBy}. Null: malformed. */
export function decodeLinkFrame(bytes: Uint8Array): LinkFrame | null {
  const sealed = bytes.subarray(magic.length);
  const decoded = decodeMessage(sealed);
  if (!decoded.ok || decoded.message.classicCookie !== undefined) return null;
  return { message: decoded.message, sealed };
}

export function isSealedBy(frame: LinkFrame, key: Uint8Array): boolean {
  return checkIntegrity(frame.sealed, key) === 'valid';
}

/** A number as transaction id: messages of a session are counted, and none is taken twice. */
export function counterId(counter: number): Uint8Array {
  const id = new Uint8Array(12);
  new DataView(id.buffer).setBigUint64(4, BigInt(counter));
  return id;
}

/** Null where the id is no counter of ours. */
export function counterOf(id: Uint8Array): number | null {
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
  const counter = Number(view.getBigUint64(4));
  return view.getUint32(0) === 0 && Number.isSafeInteger(counter) ? counter : null;
}
