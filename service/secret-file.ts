/** Secrets that stand in files of their own. */
import { readFileSync } from 'node:fs';
import { failure } from '../contract/failures.ts';
import { ServiceStartError } from './fault.ts';

/** The file as it is. Throws {@link ServiceStartError}, which names the key of the configuration and no content. */
export function readSecretFile(file: string, key: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'cannot be read';
    throw new ServiceStartError(failure('config-invalid', `${key}: ${file}: ${reason}`));
  }
}

/** The first line of the file, without the blanks around it. Throws as {@link readSecretFile} does. */
export function firstLineOf(file: string, key: string): string {
  return readSecretFile(file, key).toString('utf8').split('\n', 1)[0]?.trim() ?? '';
}
