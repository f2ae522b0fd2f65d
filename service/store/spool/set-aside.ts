/** What cannot be stored is kept beside the spool, with the reason, for somebody to look at. Nothing tries it again. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOnly, settleNames } from './locked-folder.ts';

export class SetAside {
  readonly #folder: string;

  constructor(spoolFolder: string) {
    this.#folder = join(spoolFolder, 'set-aside');
  }

  /** Files and their bytes. */
  count(): { readonly files: number; readonly bytes: number } {
    const paths = this.#paths();
    const sizes = paths.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    return { files: paths.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
  }

  /** Deletes what was put there before. Resolves to how many files that were. */
  async expire(before: Date): Promise<number> {
    const old = this.#paths().filter((path) => isOlder(path, before));
    for (const path of old) await rm(path, { force: true });
    return old.length;
  }

  /** Resolves to its path when it is on the disk. The same name twice is the same thing. */
  async put(name: string, content: Uint8Array | string): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: ownerOnly.folder });
    const path = join(this.#folder, name);
    const file = await open(`${path}.part`, 'w', ownerOnly.file);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    await settleNames(this.#folder);
    return path;
  }

  #paths(): string[] {
    try {
      return readdirSync(this.#folder).map((name) => join(this.#folder, name));
    } catch {
      // Nothing was ever set aside.
      return [];
    }
  }
}

function isOlder(path: string, time: Date): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtime < time;
}
