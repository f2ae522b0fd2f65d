/**
 * Two repairs on ICE connectivity checks that pass through the relay door (relay-door.ts). Pure.
 *
 * Chromium sends ICE-CONTROLLING with the value 0 from TURN ports over TCP and TLS. RFC 8445 §7.1.3 allows it, but
 * the native library takes 0 for “absent” and refuses the check with 400 (libjuice issue 355, open).
 */

import type { Endpoint } from '../../stun/endpoint.ts';
import { checkIntegrity, sealMessage } from '../../stun/integrity.ts';
import { decodeMessage, getAttribute, methods } from '../../stun/message.ts';

const textBytes = new TextEncoder();

/** ICE signs with short-term credentials: the key is the password itself (RFC 8445 §7.2.2, RFC 8489 §9.1.1). */
export function iceKey(password: string): Uint8Array {
  return textBytes.encode(password);
}

/** Is this a check that the peer with this password has been asked to answer? Strangers cannot make one. */
export function isSignedCheck(bytes: Uint8Array, key: Uint8Array): boolean {
  const decoded = decodeMessage(bytes);
  if (!decoded.ok || decoded.message.class !== 'request' || decoded.message.method !== methods.binding) {
    return false;
  }
  return checkIntegrity(bytes, key) === 'valid';
}

/** Gives a signed check with tie-breaker 0 the tie-breaker 1; returns everything else as it is. */
export function withTieBreaker(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  if (!isSignedCheck(bytes, key)) return bytes;
  const decoded = decodeMessage(bytes);
  if (!decoded.ok) return bytes;
  let changed = false;
  const attributes = decoded.message.attributes.map((attribute) => {
    const isRole = attribute.name === 'ICE-CONTROLLING' || attribute.name === 'ICE-CONTROLLED';
    if (!isRole || attribute.value !== 0n) return attribute;
    changed = true;
    return { ...attribute, value: 1n };
  });
  return changed ? sealMessage({ ...decoded.message, attributes }, { key, fingerprint: true }) : bytes;
}

/**
 * The peer saw the check come from the door’s inner socket; the answer must name the address that it really came
 * from, or the browser would take it for a NAT (RFC 8445 §7.2.5.3.1).
 */
export function withMappedAddress(bytes: Uint8Array, key: Uint8Array, remote: Endpoint): Uint8Array {
  const decoded = decodeMessage(bytes);
  if (!decoded.ok || decoded.message.class !== 'success') return bytes;
  const { message } = decoded;
  // Only what the peer itself answered is signed with its password.
  if (getAttribute(message, 'XOR-MAPPED-ADDRESS') === undefined || checkIntegrity(bytes, key) !== 'valid') {
    return bytes;
  }
  const attributes = message.attributes.map((attribute) =>
    attribute.name === 'XOR-MAPPED-ADDRESS' ? { ...attribute, value: remote } : attribute,
  );
  return sealMessage({ ...message, attributes }, { key, fingerprint: true });
}
