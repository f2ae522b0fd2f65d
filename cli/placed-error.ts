/** Complaints about YAML files that name line and column, and what was probably meant. */
import type { Path, Place } from '../service/yaml-config.ts';
import { editDistance } from '../turn/lint/spelling.ts';
import { CommandError } from './command-error.ts';

/** `FILE:LINE:COLUMN: key.of.it: problem`. */
export function placedError(
  file: string,
  { path, place, problem }: { readonly path: Path; readonly place: Place | null; readonly problem: string },
  next: string | null,
): CommandError {
  const where = place === null ? '' : `:${place.line}:${place.column}`;
  const key = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
  return new CommandError(`${file}${where}: ${key}${problem}`, next);
}

/** For a key that does not exist; null: nothing is near. */
export function didYouMean(key: string, known: readonly string[]): string | null {
  const ranked = known
    .map((name) => ({ name, distance: editDistance(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(1, Math.floor(key.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  const nearest = ranked.filter(({ distance }) => distance === ranked[0]?.distance);
  return nearest.length === 0 ? null : `Did you mean ${nearest.map(({ name }) => name).join(' or ')}?`;
}
