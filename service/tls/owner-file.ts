import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes it whole or not at all; readable by its owner only from the first moment. */
export function writeOwnerFile(file: string, text: string): void {
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, text, { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, file);
}
