/** Processes of the service run compiled; a test that uses one makes sure that the build is not older than the source. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

function newestMs(folder: string): number {
  const times = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

function build(built: string, sources: readonly string[]): void {
  const builtAtMs = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (builtAtMs >= Math.max(...sources.map(newestMs), statSync('service/forked.ts').mtimeMs)) return;
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      timeout: 60_000,
    });
  } catch {
    // A type error elsewhere is another check’s business; the output is written all the same.
  }
  if (statSync(built, { throwIfNoEntry: false }) === undefined) throw new Error(`${built} was not built`);
}

export function buildEchoProcess(): void {
  build('dist/service/rtc/echo-process.js', ['service/rtc']);
}

export function buildSfuProcess(): void {
  build('dist/service/sfu/io/room-process.js', ['service/sfu', 'service/rtc']);
}
