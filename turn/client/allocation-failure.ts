import type { FailureCode } from '../../contract/failures.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { LinkError } from '../../stun/machine.ts';
import { getAttribute, type StunMessage } from '../../stun/message.ts';
import { linkFailureCode } from './link-failure.ts';

/** Why something did not work: a code of the catalogue, and what the server or the system said about it. */
export interface AllocationFailure {
  readonly code: FailureCode;
  /** For the brackets after the catalogue's sentence; never a secret. May be empty. */
  readonly detail: string;
}

/** STUN error codes (RFC 8489 s14.8, RFC 8656 s19, RFC 6156 s4) → catalogue. */
const codeTable: Readonly<Record<number, FailureCode>> = {
  300: 'stun-300',
  400: 'stun-400',
  401: 'turn-401',
  403: 'turn-403',
  420: 'stun-420',
  437: 'turn-437',
  438: 'turn-438',
  440: 'turn-440',
  441: 'turn-441',
  442: 'turn-442',
  486: 'turn-486',
  500: 'stun-500',
  508: 'turn-508',
};

/** The failure that an error response stands for. */
export function answerFailure(message: StunMessage): AllocationFailure {
  const error = getAttribute(message, 'ERROR-CODE');
  if (error === undefined) return { code: 'stun-malformed', detail: 'error response without ERROR-CODE' };
  const words = [`${error.code} ${printable(error.reason)}`.trim()];
  const alternate = getAttribute(message, 'ALTERNATE-SERVER');
  if (alternate !== undefined) words.push(`alternate server ${formatEndpoint(alternate)}`);
  const unknown = getAttribute(message, 'UNKNOWN-ATTRIBUTES');
  if (unknown !== undefined && unknown.length > 0)
    words.push(`attributes ${unknown.slice(0, 8).map(hex).join(' ')}`);
  return { code: codeTable[error.code] ?? 'stun-unexpected-error', detail: words.join(', ') };
}

export function linkFailure(error: LinkError): AllocationFailure {
  const text = error.message.includes(error.code) ? error.message : `${error.code}: ${error.message}`;
  return { code: linkFailureCode(error), detail: printable(text) };
}

/** Text from the network, made fit for a terminal: no control characters (coturn 4.6.1 pads with NUL), not long. */
export function printable(text: string): string {
  const clean = text.replace(/\p{Cc}+/gu, ' ').trim();
  return clean.length > 160 ? `${clean.slice(0, 159)}…` : clean;
}

function hex(type: number): string {
  return `0x${type.toString(16).padStart(4, '0')}`;
}
