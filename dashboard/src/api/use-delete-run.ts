import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export function useDeleteRun() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('deleteRun', { params: { id } }),
    onSuccess: ({ id }) => {
      client.removeQueries({ queryKey: queryKeys.run(id) });
      for (const queryKey of [
        queryKeys.runs,
        queryKeys.success,
        queryKeys.info,
        queryKeys.servers,
        queryKeys.checks,
      ]) {
        void client.invalidateQueries({ queryKey });
      }
    },
  });
}
