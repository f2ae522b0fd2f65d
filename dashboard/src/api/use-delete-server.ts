import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

export function useDeleteServer() {
  return useChange((id: string) => call('deleteServer', { params: { id } }), queryKeys.servers);
}
