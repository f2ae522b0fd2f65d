/** Which project this browser looked at last. */
import { lookAt } from '../api/chosen-project.ts';

const place = 'polynya-project';

export function restoreProject(): void {
  lookAt(window.localStorage.getItem(place));
}

/** Everything that was fetched belongs to another one, so the page begins anew. */
export function chooseProject(id: string | null): void {
  if (id === null) window.localStorage.removeItem(place);
  else window.localStorage.setItem(place, id);
  window.location.assign('/');
}
