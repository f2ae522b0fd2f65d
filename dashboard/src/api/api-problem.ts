import type { Failure } from '../../../contract/failures.ts';

/** What a call can fail with: the service’s own failure, or the fact that no service answered. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly failure: Failure | null;
  /** The field of the request that is wrong, where the service names one. */
  readonly field: string | null;
  /** By which the service’s log knows the request; null when no service answered. */
  readonly requestId: string | null;

  constructor(
    status: number,
    message: string,
    failure: Failure | null = null,
    field: string | null = null,
    requestId: string | null = null,
  ) {
    super(message);
    this.status = status;
    this.failure = failure;
    this.field = field;
    this.requestId = requestId;
  }
}
