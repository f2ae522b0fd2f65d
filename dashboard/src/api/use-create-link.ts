import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { LinkInput } from '../../../contract/links.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

export function useCreateLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: LinkInput) => call('createLink', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: queryKeys.links }),
  });
}
