/** The echo process runs compiled; a test that uses it makes sure that the build is not older than the source. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';

const built = 'dist/service/rtc/echo-process.js';

export function buildEchoProcess(): void {
  const sources = readdirSync('service/rtc').map((name) => statSync(`service/rtc/${name}`).mtimeMs);
  const builtAtMs = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (builtAtMs >= Math.max(...sources)) return;
  try {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
      timeout: 60_000,
    });
  } catch {
    // A type error elsewhere is another check’s business; the output is written all the same.
  }
  if (statSync(built, { throwIfNoEntry: false }) === undefined) throw new Error(`${built} was not built`);
}
