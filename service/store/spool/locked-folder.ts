/**
 * A folder of one process. The lock goes with the process, however it ends, so what a dead one has left can be taken
 * over, and what a living one is writing cannot.
 */
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';

export interface LockedFolder {
  readonly path: string;
  /** @param remove with all that is in it */
  release(remove: boolean): void;
}

/** Nobody else may read what is in it: reports say who was where. */
export const ownerOnly = { folder: 0o700, file: 0o600 } as const;

/** Makes the folder. Throws when it is there, or when another process was quicker. */
export function makeLocked(path: string): LockedFolder {
  mkdirSync(path, { mode: ownerOnly.folder });
  const locked = lockFolder(path);
  if (locked === null) throw new Error(`${path} was taken by another process`);
  return locked;
}

/** Null: a living process has it, or it is gone. */
export function lockFolder(path: string): LockedFolder | null {
  const file = join(path, 'lock');
  let database: Database.Database | null = null;
  try {
    closeSync(openSync(file, 'a', ownerOnly.file));
    database = new Database(file);
    // SQLite has the one lock that the kernel takes back from a process that is killed (fcntl), and Node has none.
    database.exec('pragma locking_mode = exclusive; begin exclusive; commit;');
  } catch {
    database?.close();
    return null;
  }
  const held = database;
  const release = (remove: boolean): void => {
    if (remove) rmSync(path, { recursive: true, force: true });
    held.close();
  };
  return { path, release };
}

/** The names in a folder are on the disk, so that a power cut does not take a new file back. */
export async function settleNames(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
