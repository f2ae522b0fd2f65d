import { useQuery } from '@tanstack/react-query';
import { mayDo, type Role } from '../../../contract/access.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** Who we are to the service. */
export function useMe() {
  return useQuery({
    queryKey: queryKeys.me,
    queryFn: async ({ signal }) => (await call('me', {}, signal)).principal,
  });
}

/**
 * The service decides; this only keeps the page from offering what it would refuse.
 * @param isWhole it is about the whole service: whoever sees some of its projects only may not
 */
export function useMay(needed: Role, isWhole = false): boolean {
  const me = useMe().data ?? null;
  return mayDo(me?.role ?? null, needed) && (!isWhole || me?.projects === 'all');
}
