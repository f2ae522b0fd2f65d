import { readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runNow } from './exec.ts';
import { defaultLabPrefix, ownerOf } from './lab-name.ts';

const namespaceFolder = '/run/netns';

export interface Swept {
  readonly namespaces: readonly string[];
  readonly folders: readonly string[];
  readonly processes: number;
}

/**
 * Removes what runs that did not end well have left: namespaces with everything in them (interfaces, rules,
 * processes) and temporary folders. Labs whose process still lives are not touched.
 */
export function sweep(prefix: string = defaultLabPrefix): Swept {
  const orphaned = (name: string) => ownerOf(name, prefix)?.alive === false;
  const namespaces = list(namespaceFolder).filter(orphaned);
  const processes = removeNamespaces(namespaces);
  const folders = list(tmpdir()).filter(orphaned);
  for (const folder of folders) rmSync(join(tmpdir(), folder), { recursive: true, force: true });
  return { namespaces, folders, processes };
}

/** Kills what runs in these namespaces and removes them; synchronous, for exit handlers too. */
export function removeNamespaces(names: readonly string[]): number {
  if (names.length === 0) return 0;
  // A namespace lives on, without a name, while a process is in it.
  const pids = processesIn(names);
  let killed = 0;
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
      killed += 1;
    } catch {
      // Ended meanwhile.
    }
  }
  runNow(['ip', '-force', '-batch', '-'], `${names.map((name) => `netns delete ${name}`).join('\n')}\n`);
  return killed;
}

/** By one look at all processes: `ip netns pids` takes one for each namespace. */
function processesIn(names: readonly string[]): number[] {
  const wanted = new Set(names.flatMap((name) => inodeOf(join(namespaceFolder, name)) ?? []));
  return list('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => wanted.has(inodeOf(`/proc/${pid}/ns/net`) ?? -1))
    .map(Number);
}

/** Of a network namespace; null: it is gone. All of them are in one file system, so the number is enough. */
function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch {
    return null;
  }
}

/**
 * Names of the lab namespaces that exist.
 * @param pid only those made by this process
 */
export function labNamespaces(pid: number, prefix: string = defaultLabPrefix): string[] {
  return list(namespaceFolder).filter((name) => ownerOf(name, prefix)?.pid === pid);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
