/** Copies of the SQLite store: made while the service runs, and put back while it does not. */
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { schemaVersion } from './store/migrations.ts';

export interface BackupFacts {
  readonly file: string;
  readonly runs: number;
  readonly schema: number;
}

/** Why a file is no backup, or cannot be put back now. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Readable by its owner only: the store holds TURN secrets. */
const ownerOnly = 0o600;

/** Times sort as names do. */
const nameOf = (at: Date): string => `polynya-${at.toISOString().replace(/[-:]|\.\d+/g, '')}.sqlite`;
const namePattern = /^polynya-\d{8}T\d{6}Z\.sqlite$/;

/**
 * Writes one consistent copy into the folder: what was acknowledged before it began is in it. Writers go on meanwhile.
 * The copy is whole, checked and on the disk before it gets its name. Throws {@link BackupError}.
 */
export function backUp(store: string, folder: string, at: Date): BackupFacts {
  mustExist(store);
  const file = join(folder, nameOf(at));
  const unfinished = `${file}.part`;
  // SQLite fills an empty file too, so that nobody else can read it at any time.
  closeSync(openSync(unfinished, 'wx', ownerOnly));
  try {
    const database = new Database(store);
    try {
      database.exec('pragma busy_timeout = 5000');
      database.prepare('vacuum into ?').run(unfinished);
    } finally {
      database.close();
    }
    const facts = inspect(unfinished);
    settle(unfinished);
    renameSync(unfinished, file);
    settle(folder);
    return { ...facts, file };
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** Deletes the oldest backups of the folder beyond `keep`; other files stay. */
export function prune(folder: string, keep: number): string[] {
  const names = readdirSync(folder).filter((name) => namePattern.test(name));
  const old = names.sort().slice(0, Math.max(0, names.length - keep));
  for (const name of old) rmSync(join(folder, name));
  return old;
}

export interface Restored extends BackupFacts {
  /** Where the store is that was there before; null: there was none. */
  readonly before: string | null;
}

/**
 * Puts a backup in place of the store, which stays beside it. Throws {@link BackupError} while a service uses the
 * store, and when the backup is damaged or of a newer release.
 */
export function restore(backup: string, store: string): Restored {
  const facts = inspect(backup);
  if (facts.schema > schemaVersion) {
    throw new BackupError(
      `${backup} has schema version ${facts.schema}, this release reads up to ${schemaVersion}: update Polynya`,
    );
  }
  const before = existsSync(store) ? `${store}.before-restore` : null;
  if (before !== null) mustBeUnused(store);
  const unfinished = `${store}.part`;
  copyFileSync(backup, unfinished);
  chmodSync(unfinished, ownerOnly);
  // Root does it, and the service’s user has to read it.
  const { uid, gid } = statSync(before === null ? dirname(store) : store);
  if (process.getuid?.() === 0) chownSync(unfinished, uid, gid);
  settle(unfinished);
  if (before !== null) renameSync(store, before);
  // They belong to the store that was there.
  for (const end of ['-wal', '-shm']) rmSync(store + end, { force: true });
  renameSync(unfinished, store);
  settle(dirname(store));
  return { ...facts, file: store, before };
}

function inspect(file: string): BackupFacts {
  mustExist(file);
  try {
    const database = new Database(file);
    try {
      const ask = (query: string): unknown => Object.values(database.prepare(query).get() as object)[0];
      const state = String(ask('pragma integrity_check'));
      if (state !== 'ok') throw new BackupError(`${file} is damaged: ${state}`);
      const schema = Number(ask('select version from schema_version'));
      return { file, schema, runs: Number(ask('select count(*) from runs')) };
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError(`${file} is no store: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** In WAL mode every user of a store holds a shared lock; this asks for the one that suffers no other. */
function mustBeUnused(store: string): void {
  const database = new Database(store);
  try {
    database.exec(
      'pragma locking_mode = exclusive; begin exclusive; commit; pragma wal_checkpoint(truncate);',
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BackupError(`${store} is in use, or cannot be read (${reason}): stop the service first`);
  } finally {
    database.close();
  }
}

function mustExist(file: string): void {
  if (!existsSync(file)) throw new BackupError(`${file} does not exist`);
}

/** On the disk, so that a power cut does not take it back. */
function settle(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
