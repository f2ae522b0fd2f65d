import { existsSync } from 'node:fs';

/** The folder with package.json: the same from the source and from dist/. */
export const root = [new URL('../../', import.meta.url), new URL('../../../', import.meta.url)].find(
  (folder) => existsSync(new URL('package.json', folder)),
);

/** A script of a client; these are not compiled. */
export function clientScript(name: string): URL {
  if (root === undefined) throw new Error('package.json is not where it should be');
  return new URL(`bench/fault-clients/clients/${name}`, root);
}
