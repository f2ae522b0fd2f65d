/** What is said of the store where a page or a load balancer asks how the service is. */
import type { ServiceInfo } from '../../contract/api.ts';
import { isStoreAway } from '../fault.ts';
import type { Reads } from '../store/projects-read.ts';
import type { Spooling } from '../store/spool/spooling.ts';
import type { Store } from '../store/store.ts';

/** The reason as a code only: hosts and users are for the log. */
export function storeState(spooling: Spooling | null): ServiceInfo['store'] {
  const away = spooling?.away ?? null;
  return {
    away: away === null ? null : { since: away.since.toISOString(), reason: away.failure.code },
    waiting: spooling?.state().reports ?? 0,
  };
}

/** Null while the store is away: nobody can count them. */
export async function countRuns(store: Pick<Store, 'countRuns'>, reads: Reads): Promise<number | null> {
  try {
    return await store.countRuns(reads);
  } catch (error) {
    if (isStoreAway(error)) return null;
    throw error;
  }
}
