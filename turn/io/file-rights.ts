/** What another user of this host may read, by the permission bits; access lists and capabilities are not looked at. */
import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface HostUser {
  readonly uid: number;
  /** Its own group and those that name it. */
  readonly groups: readonly number[];
}

/** By `/etc/passwd` and `/etc/group`; null: no such user there. */
export function hostUser(name: string): HostUser | null {
  const row = rows('/etc/passwd').find(([user]) => user === name);
  if (row === undefined) return null;
  const others = rows('/etc/group').filter(([, , , members = '']) => members.split(',').includes(name));
  return { uid: Number(row[2]), groups: [Number(row[3]), ...others.map(([, , gid]) => Number(gid))] };
}

function rows(file: string): string[][] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
}

/** Null: we may not look ourselves. */
export function mayRead(user: HostUser, path: string): boolean | null {
  if (user.uid === 0) return true;
  try {
    if (!allows(user, statSync(path), 4)) return false;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (!allows(user, statSync(folder), 1)) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return null;
  }
}

/** The first class that fits decides, as the kernel has it: owner, group, others. */
function allows({ uid, groups }: HostUser, stats: Stats, bit: 1 | 4): boolean {
  const shift = stats.uid === uid ? 6 : groups.includes(stats.gid) ? 3 : 0;
  return ((stats.mode >> shift) & bit) !== 0;
}
