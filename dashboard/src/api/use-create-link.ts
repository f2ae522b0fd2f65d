import type { LinkInput } from '../../../contract/links.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

export function useCreateLink() {
  return useChange((body: LinkInput) => call('createLink', { body }), queryKeys.links);
}
