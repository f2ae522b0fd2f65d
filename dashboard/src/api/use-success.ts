import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { OverviewView } from '../overview/overview-view.ts';
import { sinceOf } from '../search/time-range.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Success rate per path over time. */
export function useSuccess({ bucket, range }: OverviewView) {
  return useQuery({
    queryKey: queryKeys.successSeries(bucket, range),
    queryFn: ({ signal }) =>
      call('success', { query: { bucket, since: sinceOf(range, Date.now()) } }, signal),
    placeholderData: keepPreviousData,
  });
}
