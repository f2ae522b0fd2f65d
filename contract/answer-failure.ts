import type { FailureCode } from './failures.ts';

/** Error codes of STUN and TURN servers (RFC 8489 §14.8, RFC 8656 §19, RFC 6156 §4). */
const answerCodes: Readonly<Record<number, FailureCode>> = {
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

/** What an error response, as STUN clients and browsers report it, stands for. */
export function answerFailureCode(errorCode: number): FailureCode {
  return answerCodes[errorCode] ?? 'stun-unexpected-error';
}
