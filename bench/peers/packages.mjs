/**
 * The npm packages that Polynya is compared with, and has to understand. They have a package.json of their own here,
 * because what they need has known weaknesses, and nobody should have to install that for Polynya's sake.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Loads one of them. Only after {@link installPeers}. */
export const requirePeer = createRequire(import.meta.url);

export function versionOfPeer(name) {
  return requirePeer(`${name}/package.json`).version;
}

/**
 * Installs them as locked, unless that was done before.
 *
 * @throws Error with what npm said
 */
export function installPeers() {
  // Fails when one is missing or of another version.
  if (npm('ls', '--all').status === 0) return;
  const { status, stdout, stderr, error } = npm('ci', '--ignore-scripts', '--no-audit', '--no-fund');
  if (status !== 0) {
    throw new Error(`npm ci in bench/peers failed: ${error?.message ?? `${stdout}${stderr}`}`);
  }
}

function npm(...words) {
  return spawnSync('npm', words, { cwd: folder, encoding: 'utf8', timeout: 100_000 });
}
