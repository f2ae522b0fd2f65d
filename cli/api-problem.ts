import { apiErrorSchema } from '../contract/api.ts';
import type { Failure } from '../contract/failures.ts';

/** What a service says went wrong, with the id by which its log knows the request; null: it says nothing readable. */
export function apiProblem(answer: unknown): Failure | null {
  const known = apiErrorSchema.safeParse(answer);
  if (!known.success) return null;
  const { error, requestId } = known.data;
  return requestId === undefined
    ? error
    : { ...error, message: `${error.message} (request id ${requestId})` };
}
