import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { OverviewView } from '../overview/overview-view.ts';
import { sinceOf } from '../search/time-range.ts';
import type { StatisticsFilter } from '../statistics/statistics-filter.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Success rate per path over time. */
export function useSuccess(view: OverviewView & Partial<StatisticsFilter>) {
  const { bucket, range, link, path, nat, server } = view;
  return useQuery({
    queryKey: queryKeys.successSeries(view),
    queryFn: ({ signal }) =>
      call(
        'success',
        { query: { bucket, since: sinceOf(range, Date.now()), link, path, nat, server } },
        signal,
      ),
    placeholderData: keepPreviousData,
  });
}
