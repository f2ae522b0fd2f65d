/** The processes of this machine, as Linux tells of them. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** User and system time so far, in ticks of 10 ms (USER_HZ is 100 wherever Node.js runs). */
  readonly ticks: number;
}

export function readProcesses(): Process[] {
  return readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : [],
  );
}

/** These, and all that they have started, as far as it still hangs on them. */
export function withDescendants(processes: readonly Process[], roots: Iterable<number>): Set<number> {
  const found = new Set(roots);
  // Children have not always higher numbers than their parents: numbers are given out again.
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of processes) if (found.has(parent)) found.add(pid);
  }
  return found;
}

/** Fields of proc_pid_stat(5): 4 parent, 14 and 15 time in user and kernel mode. Null: it has ended. */
function readProcess(pid: number): Process | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program’s name in brackets and may itself contain blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return null;
    return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}
