import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** @param before the earlier run to compare with; undefined: the latest one before */
export function useHistory(id: string, before: string | undefined) {
  return useQuery({
    queryKey: queryKeys.history(id, before),
    queryFn: ({ signal }) => call('runHistory', { params: { id }, query: { with: before } }, signal),
    placeholderData: keepPreviousData,
  });
}
