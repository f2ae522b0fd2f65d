import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** A stored report never changes, so it stays fresh for as long as the page is open. */
export function useRun(id: string) {
  return useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => call('getRun', { params: { id } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
