/** Keys and names for STUN authentication (RFC 8489 s9, s18.5.1) and time-limited TURN credentials. */
import { createHash, createHmac } from 'node:crypto';

/**
 * RFC 8265 s4.2 (OpaqueString), which RFC 8489 applies to names and passwords: spaces of any script become U+0020,
 * then NFC. Plain ASCII passes unchanged. The older SASLprep of RFC 5389 is not applied: browsers and coturn never
 * did.
 */
export function opaqueString(text: string): string {
  return text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** RFC 8489 s9.1.1: the password itself is the key. */
export function shortTermKey(password: string): Uint8Array {
  return new TextEncoder().encode(opaqueString(password));
}

/** RFC 8489 s18.5.1.1 (MD5) and s18.5.1.2 (SHA-256): a digest of `username:realm:password`. */
export function longTermKey(
  username: string,
  realm: string,
  password: string,
  algorithm: 'md5' | 'sha256' = 'md5',
): Uint8Array {
  const joined = [username, realm, password].map(opaqueString).join(':');
  return new Uint8Array(createHash(algorithm).update(joined, 'utf8').digest());
}

/** RFC 8489 s14.4: what stands for the username when the server offers anonymity. */
export function userHash(username: string, realm: string): Uint8Array {
  const joined = [username, realm].map(opaqueString).join(':');
  return new Uint8Array(createHash('sha256').update(joined, 'utf8').digest());
}

/** RFC 8489 s9.2: what the nonce of a server that knows that RFC starts with. */
export const nonceCookie = 'obMatJos2';

export interface NonceFeatures {
  /** PASSWORD-ALGORITHMS may be used. */
  readonly passwordAlgorithms: boolean;
  /** USERHASH may replace USERNAME. */
  readonly usernameAnonymity: boolean;
}

/**
 * RFC 8489 s9.2: a nonce that starts with the cookie `obMatJos2` carries 24 feature bits in the next four base64
 * characters; s18.1 counts them from the most significant side. Null: an RFC 5389 server.
 */
export function nonceFeatures(nonce: string): NonceFeatures | null {
  const bits = /^obMatJos2([A-Za-z0-9+/]{4})/.exec(nonce)?.[1];
  if (bits === undefined) return null;
  const first = Buffer.from(bits, 'base64')[0] ?? 0;
  return { passwordAlgorithms: (first & 0x80) !== 0, usernameAnonymity: (first & 0x40) !== 0 };
}

export interface RestCredential {
  readonly username: string;
  readonly credential: string;
}

/**
 * Time-limited credentials from a secret shared with the server (draft-uberti-behave-turn-rest-00 s2.2; coturn's
 * `use-auth-secret`). `expiresAtEpochSec` is UTC seconds; an empty `user` leaves only the time in the name.
 */
export function mintRestCredential(secret: string, user: string, expiresAtEpochSec: number): RestCredential {
  const expiry = Math.floor(expiresAtEpochSec);
  const username = user === '' ? `${expiry}` : `${expiry}:${user}`;
  return { username, credential: restPassword(secret, username) };
}

/** The password that belongs to a time-limited username, as the server works it out again. */
export function restPassword(secret: string, username: string): string {
  return createHmac('sha1', secret).update(username, 'utf8').digest('base64');
}

/** HMAC of a text, for time-limited credentials and for finding out how others made theirs. */
export function keyedDigest(
  algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512',
  key: string | Uint8Array,
  text: string,
): Uint8Array {
  return new Uint8Array(createHmac(algorithm, key).update(text, 'utf8').digest());
}
