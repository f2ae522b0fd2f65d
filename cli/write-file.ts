import { writeFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';

/** Writes what the user asked for; a full disk or a missing folder ends the command with a sentence. */
export function writeFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be written: ${message}`, null, exitCode.couldNotRun);
  }
}
