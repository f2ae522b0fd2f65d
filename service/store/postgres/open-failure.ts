/** What PostgreSQL says when it does not let us in → code, blame and next step. */
import { type FailureCode, failure } from '../../../contract/failures.ts';
import { ServiceStartError } from '../../fault.ts';
import { placeOf } from './url.ts';

/** SQLSTATE (PostgreSQL, appendix A) and errno of Node.js. */
const codes: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: 'store-unreachable',
  ECONNRESET: 'store-unreachable',
  EHOSTUNREACH: 'store-unreachable',
  ENETUNREACH: 'store-unreachable',
  ETIMEDOUT: 'store-unreachable',
  ENOENT: 'store-unreachable',
  ENOTFOUND: 'store-unreachable',
  EAI_AGAIN: 'store-unreachable',
  '53300': 'store-unreachable',
  '57P03': 'store-unreachable',
  '28000': 'store-login-refused',
  '28P01': 'store-login-refused',
  '3D000': 'store-database-missing',
  '25006': 'store-no-rights',
  '42501': 'store-no-rights',
};

/** What is no error of opening comes back as it is. */
export function openFailure(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof ServiceStartError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const timedOut = /timeout/i.test(error.message);
  const known = codes[code] ?? (timedOut ? 'store-unreachable' : 'store-failed');
  // The message of an error with several causes (one for each address of a name) is empty.
  const said = error.message === '' ? code : error.message;
  return new ServiceStartError(failure(known, `${placeOf(url)}: ${said}`));
}
