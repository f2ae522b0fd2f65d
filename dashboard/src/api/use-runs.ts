import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { queryOf, type RunFilter } from '../runs/run-filter.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** A page of the Runs list. The last one stays on screen while the next one loads. */
export function useRuns(filter: RunFilter) {
  return useQuery({
    queryKey: queryKeys.runList(filter),
    queryFn: ({ signal }) => call('listRuns', { query: queryOf(filter, Date.now()) }, signal),
    placeholderData: keepPreviousData,
  });
}
