/** Keys of a link, all from the secret that both nodes hold (RFC 8489 s18.5.1.2 is used as the derivation). */
import { longTermKey } from '../../stun/credential.ts';
import { transactionKey } from '../../stun/message.ts';

/** Seals the two messages that open a session. */
export function openingKey(secret: string): Uint8Array {
  return longTermKey('polynya link', 'open', secret, 'sha256');
}

/**
 * Seals what is said within one session. Both nonces go in, so that nothing recorded in an earlier session, or in the
 * other direction, is believed in this one.
 */
export function sessionKey(secret: string, asked: Uint8Array, granted: Uint8Array): Uint8Array {
  return longTermKey(transactionKey(asked), transactionKey(granted), secret, 'sha256');
}
