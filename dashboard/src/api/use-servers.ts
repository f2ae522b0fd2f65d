import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export function useServers() {
  return useQuery({
    queryKey: queryKeys.servers,
    queryFn: async ({ signal }) => (await call('listServers', {}, signal)).servers,
  });
}
