import { ServiceStartError } from '../service/fault.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';

/** What the service says about its configuration and its store, as the end of a command; anything else as it is. */
export function serviceError(error: unknown): unknown {
  if (!(error instanceof ServiceStartError)) return error;
  const code = error.failure.code === 'config-invalid' ? exitCode.usage : exitCode.couldNotRun;
  return CommandError.from(error.failure, code);
}
