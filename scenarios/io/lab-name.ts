import { readFileSync } from 'node:fs';

/**
 * Names carry who made them: `pnlab-<pid>-<start time>-<number>`, in base 36. So leftovers of a run that was killed
 * are told from a lab that somebody is using right now, even when the kernel has given the pid out again.
 */
export const defaultLabPrefix = 'pnlab';

let made = 0;

export function newLabName(prefix: string): string {
  made += 1;
  const startedAt = startTimeOf(process.pid) ?? 0;
  return [prefix, process.pid.toString(36), startedAt.toString(36), made.toString(36)].join('-');
}

/** Whose name is it? Null: it is not a lab's name with this prefix. */
export function ownerOf(
  name: string,
  prefix: string,
): { readonly pid: number; readonly alive: boolean } | null {
  const match = name.startsWith(`${prefix}-`)
    ? /^([0-9a-z]+)-([0-9a-z]+)-[0-9a-z]+(?:-|$)/.exec(name.slice(prefix.length + 1))
    : null;
  const [, pid, startedAt] = match ?? [];
  if (pid === undefined || startedAt === undefined) return null;
  const owner = Number.parseInt(pid, 36);
  return { pid: owner, alive: startTimeOf(owner) === Number.parseInt(startedAt, 36) };
}

/** Field 22 of /proc/PID/stat: clock ticks since boot. Null: no such process. */
function startTimeOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may itself contain blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return Number(fields[19]);
  } catch {
    return null;
  }
}
