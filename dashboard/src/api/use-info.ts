import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** While the store is away: what waits for it changes without a message. */
const awayMs = 5_000;

/** Who we are to the service, whether its store is there, and whether it is empty. */
export function useInfo() {
  return useQuery({
    queryKey: queryKeys.info,
    queryFn: ({ signal }) => call('info', {}, signal),
    refetchInterval: ({ state }) => ((state.data?.store.away ?? null) === null ? false : awayMs),
  });
}
