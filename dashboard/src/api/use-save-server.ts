import type { ServerInput } from '../../../contract/servers.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

export interface ServerSave {
  /** null: a new server. */
  readonly id: string | null;
  readonly input: ServerInput;
}

export function useSaveServer() {
  return useChange(
    ({ id, input }: ServerSave) =>
      id === null
        ? call('addServer', { body: input })
        : call('updateServer', { params: { id }, body: input }),
    queryKeys.servers,
  );
}
