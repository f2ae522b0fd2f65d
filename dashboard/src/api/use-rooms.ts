import { useQuery } from '@tanstack/react-query';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Open rooms, and the paths that a new one can take. */
export function useRooms() {
  return useQuery({ queryKey: queryKeys.rooms, queryFn: ({ signal }) => call('listRooms', {}, signal) });
}
