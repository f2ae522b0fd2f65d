import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type AuditFilter, auditQueryOf } from '../access/audit-filter.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';

/** The audit log, newest first; each further page goes on where the last one ended. */
export function useAudit(filter: AuditFilter) {
  return useInfiniteQuery({
    queryKey: queryKeys.audit(filter),
    queryFn: ({ pageParam, signal }) =>
      call('listAudit', { query: auditQueryOf(filter, pageParam, Date.now()) }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    select: ({ pages }) => pages.flatMap(({ entries }) => entries),
    placeholderData: keepPreviousData,
  });
}
