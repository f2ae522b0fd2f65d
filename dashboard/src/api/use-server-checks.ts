import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export function useServerChecks(server: string) {
  return useQuery({
    queryKey: queryKeys.serverChecks(server),
    queryFn: ({ signal }) => call('serverChecks', { params: { id: server } }, signal),
  });
}
