import type { Store } from './store.ts';

export type StoreQuestion = (store: Store) => Promise<unknown>;

/**
 * A store each of whose questions is put by `pass`, to whatever store that has.
 * @param pass is told the question’s name, with the parts of the store that it is in: `fleet.jobs.add`
 */
export function storeThrough(pass: (name: string, ask: StoreQuestion) => Promise<unknown>): Store {
  return partThrough([], pass) as unknown as Store;
}

function partThrough(path: readonly string[], pass: (name: string, ask: StoreQuestion) => Promise<unknown>) {
  const question = (): void => {};
  const parts = new Map<string, unknown>();
  return new Proxy(question, {
    get: (_question, name) => {
      // Who awaits a store or a part of it wants just that.
      if (typeof name !== 'string' || name === 'then') return undefined;
      const part = parts.get(name) ?? partThrough([...path, name], pass);
      parts.set(name, part);
      return part;
    },
    // `{ ...store }` would be empty, and each of its parts missing only when it is asked.
    ownKeys: () => {
      throw new TypeError('The parts of this store are asked for by name; it cannot be spread.');
    },
    apply: (_question, _self, given: unknown[]) => pass(path.join('.'), (store) => put(store, path, given)),
  });
}

function put(store: Store, path: readonly string[], given: readonly unknown[]): Promise<unknown> {
  let [self, at]: [unknown, unknown] = [store, store];
  for (const name of path) [self, at] = [at, Reflect.get(at as object, name)];
  return Reflect.apply(at as (...all: readonly unknown[]) => Promise<unknown>, self, given);
}
