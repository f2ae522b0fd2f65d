/** What cannot be stored is kept beside the spool, with the reason, for somebody to look at. Nothing tries it again. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerOnly, settleNames } from './locked-folder.ts';

export class SetAside {
  readonly #folder: string;

  constructor(spoolFolder: string) {
    this.#folder = join(spoolFolder, 'set-aside');
  }

  /** Files and their bytes. */
  count(): { readonly files: number; readonly bytes: number } {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return { files: 0, bytes: 0 };
    }
    const sizes = names.map(
      (name) => statSync(join(this.#folder, name), { throwIfNoEntry: false })?.size ?? 0,
    );
    return { files: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
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
}
