/** The built command line, as users run it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const builtCli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** @throws Error that says what builds it, where it is missing */
export function requireBuilt(): void {
  if (!existsSync(builtCli)) throw new Error(`${builtCli} is missing: run "npm run build:node" first`);
}
