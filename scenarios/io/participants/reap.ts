/** The end of everything that one comparison has started, also when the comparison itself was killed. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';

/** In the environment of all that is started; its value names the comparison. */
export const markVariable = 'POLYNYA_COMPARE_MARK';

/**
 * Kills every process with that mark, and removes the folder. What it has not the right to look into, it leaves.
 *
 * @returns how many were killed
 */
export function reap(mark: string, folder: string): number {
  let killed = 0;
  // A process may start another one while it is being looked for.
  for (let found = marked(mark); found.length > 0; found = marked(mark)) {
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      } catch {
        // Ended meanwhile.
      }
    }
    if (killed > mostProcesses) break;
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return killed;
}

/** One that cannot be killed (it waits for a disk) must not keep this going for ever. */
const mostProcesses = 10_000;

function marked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && carries(name, mark))
    .map(Number)
    .filter((pid) => pid !== process.pid);
}

function carries(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${markVariable}=${mark}`);
  } catch {
    return false;
  }
}
