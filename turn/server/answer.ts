import type { Attribute } from '../../stun/attributes.ts';

/** What a request is answered with, before it is sealed and sent. */
export interface Answer {
  readonly class: 'success' | 'error';
  readonly attributes: readonly Attribute[];
}

/** RFC 8489 s14.8, s18.3 and RFC 8656 s19: what the codes are called. */
export const reasons = {
  300: 'Try Alternate',
  400: 'Bad Request',
  401: '',
  403: 'Forbidden',
  405: 'Mobility Forbidden',
  420: 'Unknown Attribute',
  437: 'Allocation Mismatch',
  438: '',
  440: 'Address Family not Supported',
  441: 'Wrong Credentials',
  442: 'Unsupported Transport Protocol',
  443: 'Peer Address Family Mismatch',
  446: 'Connection Already Exists',
  447: 'Connection Timeout or Failure',
  486: 'Allocation Quota Reached',
  508: 'Insufficient Capacity',
} as const satisfies Record<number, string>;

export type RefusalCode = keyof typeof reasons;

/**
 * An error response. 401 and 438 go to sources that may be forged, so they come without words: every byte of them
 * would amplify.
 */
export function refuse(
  code: RefusalCode,
  why: string = reasons[code],
  more: readonly Attribute[] = [],
): Answer {
  return { class: 'error', attributes: [{ name: 'ERROR-CODE', value: { code, reason: why } }, ...more] };
}

export function succeed(attributes: readonly Attribute[] = []): Answer {
  return { class: 'success', attributes };
}

export function codeOf(answer: Answer): number | null {
  const error = answer.attributes.find((attribute) => attribute.name === 'ERROR-CODE');
  return error?.name === 'ERROR-CODE' ? error.value.code : null;
}
