/** A random name of this browser, kept only while the visitor wants it. */
import { randomName } from './random-name.ts';

/** The part of `localStorage` that is needed; it throws where storage is switched off. */
export interface VisitorStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const key = 'polynya-visitor';

export function knownVisitor(storage: () => VisitorStorage): string | null {
  try {
    const found = storage().getItem(key);
    return found !== null && /^[0-9a-f]{32}$/.test(found) ? found : null;
  } catch {
    return null;
  }
}

/** The name to send; null: the visitor wants none (what was kept is gone), or it cannot be kept. */
export function visitorId(wanted: boolean, storage: () => VisitorStorage): string | null {
  try {
    if (!wanted) {
      storage().removeItem(key);
      return null;
    }
    const id = knownVisitor(storage) ?? randomName();
    storage().setItem(key, id);
    return id;
  } catch {
    return null;
  }
}
