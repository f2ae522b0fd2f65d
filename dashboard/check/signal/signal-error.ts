import { type FailureCode, isFailureCode } from '../../../contract/failures.ts';

/** Why a conversation with the service broke. */
export class SignalError extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, detail: string) {
    super(detail);
    this.name = 'SignalError';
    this.code = code;
  }
}

export function asSignalError(error: unknown): SignalError {
  if (error instanceof SignalError) return error;
  return new SignalError('signal-failed', error instanceof Error ? error.message : String(error));
}

/** What the service told us. */
export function errorOf({ code, message }: { code: string; message: string }): SignalError {
  return new SignalError(isFailureCode(code) ? code : 'signal-failed', message);
}
