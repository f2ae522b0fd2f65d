import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export function useLinks() {
  return useQuery({
    queryKey: queryKeys.links,
    queryFn: async ({ signal }) => (await call('listLinks', {}, signal)).links,
  });
}
