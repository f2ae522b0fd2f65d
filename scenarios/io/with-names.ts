import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

/** `ip netns exec` gives a command a mount table of its own, so the machine's names stay as they are. */
const script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';

/**
 * The same command, which then knows other host names than the machine: for `run` and `spawn` of a lab.
 * @param hosts the text of its /etc/hosts
 */
export function withNames(lab: Lab, hosts: string, argv: readonly string[]): string[] {
  const file = join(lab.folder('names'), 'hosts');
  writeFileSync(file, hosts);
  return ['sh', '-c', script, 'sh', file, ...argv];
}
