import { type Path, paths } from '../../../contract/basics.ts';

/** A colour by its name: that of a path, or of a state. */
export type InkName = Path | 'good' | 'limited' | 'bad' | 'unknown';

export function isPathInk(name: InkName): name is Path {
  return paths.some((path) => path === name);
}

/** For styles of the page. */
export function inkVariable(name: InkName): string {
  return `var(--${isPathInk(name) ? 'path-' : ''}${name})`;
}
