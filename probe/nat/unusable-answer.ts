import { isComprehensionRequired } from '../../stun/attributes.ts';
import { checkFingerprint } from '../../stun/integrity.ts';
import { methods, type StunMessage } from '../../stun/message.ts';

/** Why a response must be discarded although its transaction id is ours; null: it need not. */
export function unusableAnswer(message: StunMessage, bytes: Uint8Array): string | null {
  // RFC 8489 §5, §11: an RFC 3489 server sends our cookie back as part of its longer transaction id.
  if (message.classicCookie !== undefined) return 'wrong magic cookie';
  if (message.method !== methods.binding) return 'it answers another method';
  // RFC 8489 §7: a wrong FINGERPRINT is not STUN, or broken on the way.
  if (checkFingerprint(bytes) === 'invalid') return 'wrong FINGERPRINT';
  // RFC 8489 §6.3.3: an unknown comprehension-required attribute makes a success response useless.
  const unknown = message.attributes.find((a) => a.name === 'unknown' && isComprehensionRequired(a.type));
  if (message.class !== 'success' || unknown === undefined || unknown.name !== 'unknown') return null;
  return `unknown attribute 0x${unknown.type.toString(16).padStart(4, '0')}`;
}
