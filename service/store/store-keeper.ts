import type { FastifyBaseLogger } from 'fastify';
import type { ServeConfig } from '../../contract/config.ts';
import { expireAccess } from './access/access-store.ts';
import type { Store } from './store.ts';

const hourMs = 3_600_000;
/** After a start, so that it holds up nobody who waits for the first page. */
const firstMs = 60_000;

/** Lets the store keep house, once an hour. Ends with the returned function, which waits for what runs just then. */
export function keepStore(
  store: Pick<Store, 'keep' | 'access'>,
  { days: keepDays, auditDays }: ServeConfig['retention'],
  log: Pick<FastifyBaseLogger, 'info' | 'error'>,
): () => Promise<void> {
  const ending = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const keep = async (): Promise<void> => {
    try {
      const expired = await store.keep(new Date(), keepDays, ending.signal);
      if (expired > 0) log.info({ expired, keepDays }, 'reports deleted by age');
      await expireAccess(store.access, new Date(), auditDays);
    } catch (error) {
      log.error({ err: error }, 'the store could not keep house');
    }
  };
  const run = (): void => {
    running = running.then(keep);
    timer = setTimeout(run, hourMs).unref();
  };
  let timer = setTimeout(run, firstMs).unref();
  return async () => {
    clearTimeout(timer);
    ending.abort();
    await running;
  };
}
