import { type Failure, type FailureCode, failure } from '../../contract/failures.ts';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';

/** A server could not start listening; `failure` says where, why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly failure: Failure;
  /** The errno name (`EADDRINUSE`), or null when no socket was asked for. */
  readonly errno: string | null;

  constructor(reason: Failure, errno: string | null) {
    super(reason.message);
    this.failure = reason;
    this.errno = errno;
  }
}

const codeByErrno: Readonly<Record<string, FailureCode>> = {
  EADDRINUSE: 'port-taken',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
};

/** Turns the error of a `bind` or `listen` into a {@link ListenError}. */
export function listenError(error: Error, transport: 'udp' | 'tcp', endpoint: Endpoint): ListenError {
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
  const detail = `${transport} ${formatEndpoint(endpoint)}, ${errno}`;
  return new ListenError(failure(codeByErrno[errno] ?? 'local-bind-failed', detail), errno);
}
