/** Which project this browser looked at last. */
import { lookAt } from '../api/chosen-project.ts';

const place = 'polynya-project';

/** Its id; null: none, or all of them. */
export function keptProject(): string | null {
  try {
    return window.localStorage.getItem(place);
  } catch {
    // Storage may be switched off.
    return null;
  }
}

export function restoreProject(): void {
  lookAt(keptProject());
}

/** Everything that was fetched belongs to another one, so the page begins anew. */
export function chooseProject(id: string | null): void {
  if (id === null) window.localStorage.removeItem(place);
  else window.localStorage.setItem(place, id);
  window.location.assign('/');
}
