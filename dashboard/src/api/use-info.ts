import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Who we are to the service, and whether its store is empty. */
export function useInfo() {
  return useQuery({ queryKey: queryKeys.info, queryFn: ({ signal }) => call('info', {}, signal) });
}
