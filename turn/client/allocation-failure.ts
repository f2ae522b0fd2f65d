import { answerFailureCode } from '../../contract/answer-failure.ts';
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

/** The failure that an error response stands for. */
export function answerFailure(message: StunMessage): AllocationFailure {
  const error = getAttribute(message, 'ERROR-CODE');
  if (error === undefined) return { code: 'stun-malformed', detail: 'error response without ERROR-CODE' };
  const words = [`${error.code} ${printable(error.reason)}`.trim()];
  const alternate = getAttribute(message, 'ALTERNATE-SERVER');
  if (alternate !== undefined) words.push(`alternate server ${formatEndpoint(alternate)}`);
  const unknown = getAttribute(message, 'UNKNOWN-ATTRIBUTES');
  if (unknown !== undefined && unknown.length > 0) words.push(typesText(unknown));
  return { code: answerFailureCode(error.code), detail: words.join(', ') };
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

/** Attribute types for people, the first eight of them. */
export function typesText(types: readonly number[]): string {
  return `attributes ${types.slice(0, 8).map(hex).join(' ')}`;
}

function hex(type: number): string {
  return `0x${type.toString(16).padStart(4, '0')}`;
}
