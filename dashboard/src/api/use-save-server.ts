import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ServerInput } from '../../../contract/servers.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export interface ServerSave {
  /** null: a new server. */
  readonly id: string | null;
  readonly input: ServerInput;
}

export function useSaveServer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, input }: ServerSave) =>
      id === null
        ? call('addServer', { body: input })
        : call('updateServer', { params: { id }, body: input }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.servers }),
  });
}
