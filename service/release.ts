/** Where this release lives on the disk. The same code runs compiled (dist/service/) and from source (tests). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const compiled = import.meta.url.endsWith('.js');
const packageRoot = new URL(compiled ? '../../' : '../', import.meta.url);

/** Folder of the built dashboard, whether it exists or not. */
export const builtDashboard = fileURLToPath(new URL('dist/dashboard', packageRoot));

/** Version of the package. */
export function releaseVersion(): string {
  const text = readFileSync(new URL('package.json', packageRoot), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
