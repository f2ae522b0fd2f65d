/** The end of everything that one comparison has started, also when the comparison itself was killed. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { removeFolder } from '../remove-folder.ts';
import { readProcesses, withDescendants } from './process-table.ts';

/** In the environment of all that is started; its value names the comparison. */
export const markVariable = 'POLYNYA_COMPARE_MARK';

/** What was killed is gone when the kernel finds time for it. */
const roundMs = 20;
/** A process that cannot be killed, because it waits for a disk, must not keep this going for ever: 10 s. */
const mostRounds = 500;

/**
 * Kills every process with that mark and all that hangs on it, and removes the folder when they are gone. What it has not the right to
 * look into, it leaves.
 *
 * @returns how many were killed
 */
export async function reap(mark: string, folder: string): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < mostRounds; round += 1) {
    // Anew each time: a process may start another one while it is being looked for.
    const found = marked(mark);
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended meanwhile.
      }
    }
    await pause(roundMs);
  }
  removeFolder(folder);
  return killed.size;
}

/** Browsers write over the environment of their helpers, so these are found by their parents. */
function marked(mark: string): number[] {
  const processes = readProcesses();
  const roots = processes.filter(({ pid }) => carries(pid, mark)).map(({ pid }) => pid);
  const found = withDescendants(processes, roots);
  found.delete(process.pid);
  return [...found];
}

function carries(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${markVariable}=${mark}`);
  } catch {
    return false;
  }
}
