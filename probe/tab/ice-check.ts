/** Connectivity checks of ICE (RFC 8445 §7): the only packets that a web page can be made to send and to answer. */

import { sealMessage } from '../../stun/integrity.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { getAttribute, methods, type StunMessage } from '../../stun/message.ts';

/** The short-term credential of one end (RFC 8445 §5.3). */
export interface IceSide {
  readonly ufrag: string;
  readonly pwd: string;
}

/** RFC 8445 §5.1.2.1: peer-reflexive, the only candidate, component 1. */
const priority = 110 * 2 ** 24 + 65_535 * 2 ** 8 + 255;

/** 48 and 144 random bits; RFC 8445 §5.3 asks for 24 and 128. Base 64 uses just the characters that ICE allows. */
export function newIceSide(random: RandomBytes): IceSide {
  return { ufrag: base64(random(6)), pwd: base64(random(18)) };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/** A check from us to a browser. We never nominate, so it stays in charge (RFC 8445 §6.1.1). */
export function sealCheck(
  us: IceSide,
  them: IceSide,
  transactionId: Uint8Array,
  tieBreaker: bigint,
): Uint8Array {
  const check: StunMessage = {
    method: methods.binding,
    class: 'request',
    transactionId,
    attributes: [
      // RFC 8445 §7.2.2: the fragment of who is asked first, and the password of who is asked.
      { name: 'USERNAME', value: `${them.ufrag}:${us.ufrag}` },
      { name: 'PRIORITY', value: priority },
      { name: 'ICE-CONTROLLED', value: tieBreaker },
    ],
  };
  return sealMessage(check, { key: iceKey(them), fingerprint: true });
}

/** RFC 8489 §9.1.1: the key of a short-term credential is the password. */
export function iceKey({ pwd }: IceSide): Uint8Array {
  return new TextEncoder().encode(pwd);
}

/** The fragment of who is asked; null: this is no check. */
export function askedUfrag(message: StunMessage): string | null {
  if (message.method !== methods.binding || message.class !== 'request') return null;
  const [asked, asker] = getAttribute(message, 'USERNAME')?.split(':') ?? [];
  return asked === undefined || asker === undefined ? null : asked;
}
