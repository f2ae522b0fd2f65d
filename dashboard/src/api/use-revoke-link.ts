import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export function useRevokeLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('revokeLink', { params: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.links }),
  });
}
