import { skipToken, useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/**
 * A stored report never changes, so it stays fresh for as long as the page is open.
 * @param id undefined: nothing is asked for
 */
export function useRun(id: string | undefined) {
  return useQuery({
    queryKey: queryKeys.run(id ?? ''),
    queryFn: id === undefined ? skipToken : ({ signal }) => call('getRun', { params: { id } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
