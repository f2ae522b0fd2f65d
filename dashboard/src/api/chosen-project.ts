/** The project that this browser looks at; null: all that its user sees. */
const place = 'polynya-project';

export function chosenProject(): string | null {
  return window.localStorage.getItem(place);
}

/** Everything that was fetched belongs to another one, so the page begins anew. */
export function chooseProject(id: string | null): void {
  if (id === null) window.localStorage.removeItem(place);
  else window.localStorage.setItem(place, id);
  window.location.assign('/');
}
