/** `icecandidateerror` in plain words. Pure. */

import { answerFailureCode } from '../../contract/answer-failure.ts';
import type { CandidateError } from '../../contract/candidate.ts';
import type { FailureCode } from '../../contract/failures.ts';
import { en } from './words/en.ts';

/** What the browser reported, before it is judged. */
export interface RawCandidateError {
  readonly url: string;
  readonly errorCode: number;
  readonly errorText: string;
  readonly address: string | null;
  readonly port: number | null;
  /** Since the start of the run. */
  readonly atMs: number;
}

/** 701 means that no server answered; only the text, which differs per browser, says why. */
function codeOf701(text: string): FailureCode {
  if (/lookup|resolve|dns/i.test(text)) return 'dns-not-found';
  if (/tls|ssl|certificate/i.test(text)) return 'tls-failed';
  if (/timed? ?out/i.test(text)) return 'timeout';
  if (/desired network interface|unsupported|address family|unreachable/i.test(text)) return 'local-no-route';
  if (/connect|closed|refused/i.test(text)) return 'connection-closed';
  return 'browser-ice-701';
}

export function failureCodeOf(error: Pick<RawCandidateError, 'errorCode' | 'errorText'>): FailureCode {
  if (error.errorCode === 701) return codeOf701(error.errorText);
  return answerFailureCode(error.errorCode);
}

/**
 * Judges one error. `serverWorked`: the same URL yielded a candidate all the same; then a 701 only says that
 * one address or family of this host cannot reach it, which is normal on hosts with several.
 */
export function explainCandidateError(error: RawCandidateError, serverWorked: boolean): CandidateError {
  const harmless = serverWorked && error.errorCode === 701;
  return {
    ...error,
    url: error.url.slice(0, 300),
    errorText: error.errorText.slice(0, 300),
    cause: en.refusal(harmless ? 'harmless' : failureCodeOf(error), error.errorCode),
    harmless,
  };
}

/** The error that explains best why a server gave nothing: an answer of the server before silence. */
export function tellingError(errors: readonly RawCandidateError[]): RawCandidateError | null {
  return errors.find((error) => error.errorCode !== 701) ?? errors[0] ?? null;
}
