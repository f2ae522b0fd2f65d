/** The project that the pages look at; null: all that their user sees. */
let chosen: string | null = null;

export function chosenProject(): string | null {
  return chosen;
}

/** Before anything is fetched. */
export function lookAt(project: string | null): void {
  chosen = project;
}
