import { type Failure, type FailureCode, failure } from '../contract/failures.ts';

/** HTTP status per failure that a request can end in; everything else is 500. */
const statuses: Partial<Record<FailureCode, number>> = {
  'request-invalid': 400,
  'report-invalid': 400,
  'report-version-unknown': 400,
  'uri-invalid': 400,
  unauthorized: 401,
  'agent-key-invalid': 401,
  'agent-token-invalid': 403,
  'sign-in-unknown': 400,
  'sign-in-denied': 403,
  'sign-in-no-role': 403,
  forbidden: 403,
  'host-not-allowed': 403,
  'origin-not-allowed': 403,
  'room-token-invalid': 403,
  'not-found': 404,
  'session-unknown': 404,
  'link-unknown': 404,
  'server-read-only': 409,
  'probe-running': 409,
  'check-running': 409,
  'no-servers': 409,
  'room-full': 409,
  'room-path-unavailable': 409,
  'stream-taken': 409,
  'room-closed': 410,
  'link-expired': 410,
  'link-revoked': 410,
  'body-too-large': 413,
  'rate-limited': 429,
  'sign-in-misconfigured': 502,
  'sign-in-answer-invalid': 502,
  'sign-in-clock': 502,
  'sign-in-provider-away': 503,
  cancelled: 503,
  'room-limit': 503,
  'service-busy': 503,
  'fleet-away': 503,
  'store-away': 503,
  'spool-full': 503,
  'spool-failed': 503,
};

/** Seconds after which it is worth another try (Retry-After, RFC 9110 §10.2.3). */
const retrySeconds: Partial<Record<FailureCode, number>> = {
  'service-busy': 1,
  // By then another node has taken over, or the bus is back.
  'fleet-away': 5,
  'store-away': 5,
  'sign-in-provider-away': 30,
  'spool-full': 60,
  'spool-failed': 60,
};

/** Thrown anywhere in a request; the error handler turns it into status and `ApiError` body. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault';
  readonly failure: Failure;
  /** What is wrong in the request, as a path (`urls.0`); null when it is not about one field. */
  readonly field: string | null;
  readonly statusCode: number;
  /** Null: the same request will not end better by itself. */
  readonly retrySec: number | null;

  constructor(cause: Failure, field: string | null) {
    super(cause.message);
    this.failure = cause;
    this.field = field;
    this.statusCode = statuses[cause.code] ?? 500;
    this.retrySec = retrySeconds[cause.code] ?? null;
  }
}

export function fault(code: FailureCode, detail?: string, field: string | null = null): RequestFault {
  return new RequestFault(failure(code, detail), field);
}

/** Away, and looked after: what needs no store goes on, reports are kept. */
export function isStoreAway(error: unknown): boolean {
  return error instanceof RequestFault && error.failure.code === 'store-away';
}

/** The service could not start. `failure` says why and what to do. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
  readonly failure: Failure;

  constructor(cause: Failure) {
    super(cause.message);
    this.failure = cause;
  }
}
