import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import { withNames } from './with-names.ts';

export interface NamedRun {
  readonly namespace: string;
  /** The text of /etc/hosts for this command. */
  readonly hosts: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where relative names in `argv` are looked up. */
  readonly cwd?: string;
}

/**
 * Runs a command that knows other host names than the machine. Its standard output goes through a file, because a report
 * may be longer than what is kept of a command's output.
 */
export async function runWithNames(
  lab: Lab,
  { namespace, hosts, argv, env, cwd }: NamedRun,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const output = join(lab.folder('names'), 'output');
  writeFileSync(output, '');
  const toFile = ['sh', '-c', 'exec "$@" > "$0"', output, ...argv];
  const { code, stderr } = await lab.run(namespace, withNames(lab, hosts, toFile), {
    env,
    timeoutMs: 90_000,
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { code, stdout: readFileSync(output, 'utf8'), stderr };
}
