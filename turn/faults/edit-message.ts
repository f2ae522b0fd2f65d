import { type Attribute, attributeTable, rowByName } from '../../stun/attributes.ts';
import { type Seal, sealMessage } from '../../stun/integrity.ts';
import { decodeMessage, type StunMessage } from '../../stun/message.ts';
import type { Making } from './parcel.ts';
import type { ReadEdit } from './rule.ts';

/** The message with the changes, sealed again so that only they are wrong. */
export function editMessage({ message, seal, withFingerprint }: Making, edit: ReadEdit): Uint8Array {
  const changed: StunMessage = {
    ...message,
    class: edit.class ?? message.class,
    transactionId: edit.transactionId === 'other' ? inverted(message.transactionId) : message.transactionId,
    attributes: changedAttributes(message.attributes, edit),
  };
  const key = edit.integrity === 'wrong' && seal !== null ? { key: inverted(seal.key) } : {};
  const integrity = edit.integrity === 'missing' || seal === null ? {} : { ...seal, ...key };
  const padding = edit.paddingByte === undefined ? {} : { paddingByte: edit.paddingByte };
  const fingerprint = edit.fingerprint === 'wrong' || (withFingerprint && edit.fingerprint !== 'missing');
  const sealed = sealMessage(withTail(changed, { ...integrity, ...padding }, edit.afterIntegrity), {
    ...(edit.afterIntegrity.length === 0 ? integrity : {}),
    ...padding,
    fingerprint,
  });
  return spoil(sealed, edit);
}

function changedAttributes(attributes: readonly Attribute[], edit: ReadEdit): Attribute[] {
  const kept = attributes
    .filter(({ name }) => !edit.remove.includes(name))
    .map((attribute) => {
      const name = edit.rename.get(attribute.name);
      // Only names with the same kind of value are allowed, so the value fits.
      return name === undefined ? attribute : ({ ...attribute, name } as Attribute);
    })
    .map((attribute) => edit.set.find(({ name }) => name === attribute.name) ?? attribute);
  const names = new Set(kept.map(({ name }) => name));
  return [...kept, ...edit.set.filter(({ name }) => !names.has(name)), ...edit.add];
}

/** RFC 8489 s14.5: what stands behind MESSAGE-INTEGRITY is not covered by it. */
function withTail(message: StunMessage, seal: Seal, tail: readonly Attribute[]): StunMessage {
  const sealed = tail.length === 0 ? null : decodeMessage(sealMessage(message, seal));
  if (sealed?.ok !== true) return message;
  // As mere bytes the integrity stays where it is when the message is closed.
  const fixed = sealed.message.attributes.map((attribute): Attribute => {
    const closes = attribute.name === 'MESSAGE-INTEGRITY' || attribute.name === 'MESSAGE-INTEGRITY-SHA256';
    return closes
      ? { name: 'unknown', type: attributeTable[attribute.name].code, bytes: attribute.value }
      : attribute;
  });
  return { ...message, attributes: [...fixed, ...tail] };
}

function spoil(bytes: Uint8Array, edit: ReadEdit): Uint8Array {
  const flips = [
    // The first byte of the magic cookie (RFC 8489 s5), and the last byte of the fingerprint.
    ...(edit.cookie === 'wrong' ? [4] : []),
    ...(edit.fingerprint === 'wrong' ? [bytes.length - 1] : []),
  ];
  for (const at of flips) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

function inverted(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}

/** True: a value of the one can stand under the name of the other. */
export function sameKind(one: string, other: string): boolean {
  const kinds = [one, other].map((name) => rowByName.get(name)?.codec.kind.replace('xor-', ''));
  return kinds[0] !== undefined && kinds[0] === kinds[1];
}
