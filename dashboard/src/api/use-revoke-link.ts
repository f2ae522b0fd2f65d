import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

export function useRevokeLink() {
  return useChange((id: string) => call('revokeLink', { params: { id } }), queryKeys.links);
}
