import type { Failure } from '../contract/failures.ts';
import { type ExitCode, exitCode } from './exit-code.ts';

/** Ends a command with a message for people instead of a stack trace. */
export class CommandError extends Error {
  readonly code: ExitCode;
  readonly next: string | null;

  constructor(message: string, next: string | null = null, code: ExitCode = exitCode.usage) {
    super(message);
    this.code = code;
    this.next = next;
  }

  static from(failure: Failure, code: ExitCode = exitCode.usage): CommandError {
    return new CommandError(failure.message, failure.next, code);
  }
}
