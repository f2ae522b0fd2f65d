/** A server's failure in words. English is what the report says; the id is the catalogue's stable code. */
import { type Failure, meaningOf } from '../../../contract/failures.ts';
import { type FailureText, koreanFailures } from './failures-ko.ts';
import type { Language } from './languages.ts';

export interface FailureWords {
  /** `server.` and the failure code. */
  readonly id: string;
  /** What went wrong, with the detail that the report has. */
  readonly user: string;
  /** What whoever runs the server or the network should do next. */
  readonly admin: string;
}

const korean: Readonly<Record<string, FailureText>> = koreanFailures;

export function describeFailure(failure: Failure, language: Language): FailureWords {
  const id = `server.${failure.code}`;
  const words = language === 'ko' ? korean[failure.code] : undefined;
  if (words === undefined) return { id, user: failure.message, admin: failure.next };
  // The detail in brackets is host names, numbers and error names, the same in every language.
  const english = meaningOf(failure);
  const detail = failure.message.startsWith(english) ? failure.message.slice(english.length) : '';
  return { id, user: `${words.meaning}${detail}`, admin: words.next };
}
