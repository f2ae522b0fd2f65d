import type { Store } from './store.ts';
import { storeThrough } from './store-through.ts';
import type { StoreWatch } from './store-watch.ts';

/** The store as everybody sees it: every question goes past the watch. */
export function watchedStore(watch: StoreWatch): Store {
  return storeThrough((name, ask) => (name === 'close' ? watch.close() : watch.ask(ask)));
}
