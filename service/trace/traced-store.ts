import type { Store } from '../store/store.ts';
import { storeThrough } from '../store/store-through.ts';
import { noTracing, type Tracing } from './tracing.ts';

/** A span around each question to the store, by its name; what is asked for stays out of it. */
export function tracedStore(store: Store, system: 'sqlite' | 'postgresql', tracing: Tracing): Store {
  if (tracing === noTracing) return store;
  // Semantic conventions, “Database client spans”.
  const options = { kind: 'client', facts: { 'db.system.name': system } } as const;
  return storeThrough((name, ask) => {
    const facts = { ...options.facts, 'db.operation.name': name };
    return tracing.span(`store ${name}`, { ...options, facts }, () => ask(store));
  });
}
