/** What PostgreSQL says when it does not let us in, or is gone → code, blame and next step. */
import { type Failure, type FailureCode, failure } from '../../../contract/failures.ts';
import { ServiceStartError } from '../../fault.ts';
import { placeOf } from './url.ts';

/** SQLSTATE (PostgreSQL, appendix A) and errno of Node.js. */
const codes: Readonly<Record<string, FailureCode>> = {
  ECONNREFUSED: 'store-unreachable',
  ECONNRESET: 'store-unreachable',
  EHOSTUNREACH: 'store-unreachable',
  ENETUNREACH: 'store-unreachable',
  ETIMEDOUT: 'store-unreachable',
  EPIPE: 'store-unreachable',
  ENOENT: 'store-unreachable',
  ENOTFOUND: 'store-unreachable',
  EAI_AGAIN: 'store-unreachable',
  '53100': 'store-disk-full',
  '25006': 'store-read-only',
  '28000': 'store-login-refused',
  '28P01': 'store-login-refused',
  '3D000': 'store-database-missing',
  '42501': 'store-no-rights',
};

/** Classes of SQLSTATE: connection exception, out of resources, stopped by its operator, error of its system. */
const gone = /^(08|53|57P|58)/;
/** How the driver says that a connection is not there, or not any more; such errors have no code. */
const driverSays =
  /connection terminated|timeout exceeded|connection timeout|timeout expired|not queryable|after calling end|already been destroyed/i;

/** What tells that the store is away, whatever it was asked; null: it is there, and what it was asked failed. */
export function awayCode(error: Error): FailureCode | null {
  if (error instanceof ServiceStartError) return error.failure.code;
  const code = 'code' in error ? String(error.code) : '';
  return codes[code] ?? (gone.test(code) || driverSays.test(error.message) ? 'store-unreachable' : null);
}

/** The same as a failure, without the password of the URL. */
export function awayFailure(error: unknown, url: string): Failure | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof ServiceStartError) return error.failure;
  const known = awayCode(error);
  return known === null ? null : failure(known, `${placeOf(url)}: ${saidOf(error)}`);
}

/** What is no error of opening comes back as it is. */
export function openFailure(error: unknown, url: string): unknown {
  if (!(error instanceof Error) || error instanceof ServiceStartError) return error;
  return new ServiceStartError(
    failure(awayCode(error) ?? 'store-failed', `${placeOf(url)}: ${saidOf(error)}`),
  );
}

/** The message of an error with several causes (one for each address of a name) is empty. */
function saidOf(error: Error): string {
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}
