import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { breakdownOf, type StatisticsFilter } from '../statistics/statistics-filter.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Success of visits by path, NAT class and server, and the causes of faults. */
export function useBreakdown(filter: StatisticsFilter) {
  return useQuery({
    queryKey: queryKeys.breakdown(filter),
    queryFn: ({ signal }) => call('breakdown', { query: breakdownOf(filter, Date.now()) }, signal),
    placeholderData: keepPreviousData,
  });
}
