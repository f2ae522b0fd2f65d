import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ServerView } from '../../../contract/servers.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Tests one server now; the reply carries the fresh result and replaces the row in the cache. */
export function useTestServer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('testServer', { params: { id } }),
    onSuccess: (tested) => {
      client.setQueryData<ServerView[]>(queryKeys.servers, (servers) =>
        servers?.map((server) => (server.id === tested.id ? tested : server)),
      );
    },
  });
}
