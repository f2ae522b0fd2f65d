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

/** The service decides; this only keeps the page from offering what it would refuse. */
export function useMay(needed: Role): boolean {
  return mayDo(useMe().data?.role ?? null, needed);
}
