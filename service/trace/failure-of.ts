import { RequestFault } from '../fault.ts';

/** What a span says of an error: a code of the catalogue, or of the system or database, or the kind of the error. */
export function codeOf(error: unknown): string {
  if (error instanceof RequestFault) return error.failure.code;
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
