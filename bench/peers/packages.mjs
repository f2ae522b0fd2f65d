/**
 * The npm packages that Polynya is compared with, and has to understand. They have a package.json of their own here,
 * because what they need has known weaknesses, and nobody should have to install that for Polynya's sake.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Loads one of them. Only after {@link installPeers}. */
export const requirePeer = createRequire(import.meta.url);

export function versionOfPeer(name) {
  return JSON.parse(readFileSync(here(`node_modules/${name}/package.json`), 'utf8')).version;
}

/**
 * Installs them as locked, unless that was done before.
 *
 * @throws Error with what npm said
 */
export function installPeers() {
  if (isInstalled()) return;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stdout, stderr, error } = spawnSync('npm', ['ci', ...flags], {
    cwd: here('.'),
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) {
    throw new Error(`npm ci in bench/peers failed: ${error?.message ?? `${stdout}${stderr}`}`);
  }
}

/** Each in the version that is locked. npm writes its own list last, so an install that broke off is not taken for one. */
function isInstalled() {
  const done = here('node_modules/.package-lock.json');
  if (!existsSync(done)) return false;
  const versions = (file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
      .filter(([path]) => path !== '')
      .map(([path, { version }]) => `${path}@${version}`);
  return versions(done).join() === versions(here('package-lock.json')).join();
}
