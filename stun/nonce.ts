/** Nonces that a server need not remember: RFC 8489 s9.2 with the cookie, and a keyed digest in place of a table. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type NonceFeatures, nonceCookie } from './credential.ts';

const timeBytes = 4;
/** 112 bits: nobody guesses one, and with the time it fills whole base64 groups. */
const digestBytes = 14;
const sealedText = /^[A-Za-z0-9+/]{24}$/;

export interface NonceSecret {
  /** Known to this server, or to all servers that share an address. */
  readonly secret: Uint8Array;
  /** What the nonce is good for, e.g. one five-tuple: from another one it is as good as forged. */
  readonly boundTo: string;
}

/** @param atSec when it is made, in the seconds that {@link nonceTime} gives back; 37 characters come out */
export function mintNonce(features: NonceFeatures, atSec: number, { secret, boundTo }: NonceSecret): string {
  const head = nonceHead(features);
  const body = Buffer.alloc(timeBytes + digestBytes);
  body.writeUInt32BE(atSec >>> 0, 0);
  digest(head, body, secret, boundTo).copy(body, timeBytes);
  return head + body.toString('base64');
}

/** When this server minted the nonce, in seconds; null: it did not, or not for this place. */
export function nonceTime(nonce: string, { secret, boundTo }: NonceSecret): number | null {
  const head = nonce.slice(0, nonceCookie.length + 4);
  const tail = nonce.slice(head.length);
  if (!sealedText.test(tail)) return null;
  const body = Buffer.from(tail, 'base64');
  const same = timingSafeEqual(body.subarray(timeBytes), digest(head, body, secret, boundTo));
  return same ? body.readUInt32BE(0) : null;
}

/** RFC 8489 s9.2: the cookie, then 24 feature bits, the first of them (s18.1) the most significant. */
function nonceHead({ passwordAlgorithms, usernameAnonymity }: NonceFeatures): string {
  const first = (passwordAlgorithms ? 0x80 : 0) | (usernameAnonymity ? 0x40 : 0);
  return nonceCookie + Buffer.of(first, 0, 0).toString('base64');
}

function digest(head: string, body: Buffer, secret: Uint8Array, boundTo: string): Buffer {
  const text = `${head} ${boundTo}`;
  return createHmac('sha256', secret)
    .update(body.subarray(0, timeBytes))
    .update(text)
    .digest()
    .subarray(0, digestBytes);
}
