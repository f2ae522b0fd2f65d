/** Requests for checks, also such as a well-behaved client would not make. */
import type { Attribute } from '../../stun/attributes.ts';
import { readUint16, writeUint16 } from '../../stun/bytes.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import {
  encodeMessage,
  getAttribute,
  type MessageClass,
  methods,
  type StunMessage,
} from '../../stun/message.ts';
import { printable } from '../client/allocation-failure.ts';
import type { Reply } from './engine/script.ts';

export const udpProtocol = 17;
export const tcpProtocol = 6;

export function message(
  random: RandomBytes,
  method: keyof typeof methods,
  attributes: readonly Attribute[] = [],
  messageClass: MessageClass = 'request',
): StunMessage {
  return { method: methods[method], class: messageClass, transactionId: random(12), attributes };
}

export function encoded(
  random: RandomBytes,
  method: keyof typeof methods,
  attributes: readonly Attribute[] = [],
  messageClass: MessageClass = 'request',
): Uint8Array {
  return encodeMessage(message(random, method, attributes, messageClass));
}

/** An attribute by number, with any bytes. */
export function raw(type: number, bytes: Uint8Array | readonly number[] = []): Attribute {
  return { name: 'unknown', type, bytes: Uint8Array.from(bytes) };
}

export const relayOverUdp: Attribute = { name: 'REQUESTED-TRANSPORT', value: udpProtocol };

/** A copy in which `edit` may change bytes. */
export function edited(bytes: Uint8Array, edit: (copy: Uint8Array) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  edit(copy);
  return copy;
}

/** The message with more behind it, counted by the header's length. */
export function extended(bytes: Uint8Array, tail: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + tail.length);
  out.set(bytes);
  out.set(tail, bytes.length);
  writeUint16(out, 2, readUint16(bytes, 2) + tail.length);
  return out;
}

/** One attribute as bytes, padded. */
export function attributeBytes(attribute: Attribute, transactionId: Uint8Array): Uint8Array {
  return encodeMessage({ method: 1, class: 'request', transactionId, attributes: [attribute] }).slice(20);
}

export function errorCodeOf(reply: Reply): number | null {
  return (reply.message && getAttribute(reply.message, 'ERROR-CODE')?.code) ?? null;
}

/** `401 Unauthorized`, `success`, `no answer`, `connection closed (…)`. */
export function told(reply: Reply): string {
  switch (reply.outcome) {
    case 'success':
      return 'success';
    case 'silent':
      return 'no answer';
    case 'broken':
      return `connection lost (${reply.error?.code ?? 'closed'})`;
    case 'error': {
      const error = reply.message === null ? undefined : getAttribute(reply.message, 'ERROR-CODE');
      return error === undefined ? 'an error without ERROR-CODE' : printable(`${error.code} ${error.reason}`);
    }
  }
}

/** The raw bytes of an attribute's value and of its padding, in the order of the message. */
export function rawAttributes(
  bytes: Uint8Array,
): { readonly type: number; readonly value: Uint8Array; readonly padding: Uint8Array }[] {
  const found = [];
  for (let at = 20; at + 4 <= bytes.length; ) {
    const size = readUint16(bytes, at + 2);
    const end = at + 4 + size;
    const next = end + (-size & 3);
    found.push({
      type: readUint16(bytes, at),
      value: bytes.slice(at + 4, end),
      padding: bytes.slice(end, next),
    });
    at = next;
  }
  return found;
}
