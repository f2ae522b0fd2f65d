import { failureSchema } from '../contract/failure-schema.ts';
import { type Failure, type FailureCode, failure } from '../contract/failures.ts';
import { ServiceStartError } from './fault.ts';

export interface StartContext {
  /** What could not start, with its address where the error does not name it. */
  readonly what: string;
  /** How to choose another port. */
  readonly otherPort: string;
  /** How to choose another address. */
  readonly otherAddress: string;
}

const codeByErrno: Readonly<Record<string, FailureCode>> = {
  EADDRINUSE: 'port-taken',
  EADDRNOTAVAIL: 'local-bind-failed',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ENOTFOUND: 'dns-not-found',
};

/** Turns an error of listening into one that says what was being started and which option changes it. */
export function startFailure(error: unknown, context: StartContext): unknown {
  const cause = failureOf(error, context.what);
  if (cause === null) return error;
  const next: Partial<Record<FailureCode, string>> = {
    'port-taken': `Stop the other program, or choose another port: ${context.otherPort}.`,
    'permission-denied': `Choose a port from 1024 up: ${context.otherPort}.`,
    'local-bind-failed': `Choose an address that this host owns: ${context.otherAddress}.`,
  };
  return new ServiceStartError({ ...cause, next: next[cause.code] ?? cause.next });
}

function failureOf(error: unknown, what: string): Failure | null {
  if (!(error instanceof Error)) return null;
  if ('failure' in error) {
    const carried = failureSchema.safeParse(error.failure);
    if (carried.success) return { ...carried.data, message: `${carried.data.message} (${what})` };
  }
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const code = codeByErrno[errno];
  return code === undefined ? null : failure(code, `${what}, ${errno}`);
}
