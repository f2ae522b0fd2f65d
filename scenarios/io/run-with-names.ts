import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

export interface NamedRun {
  readonly namespace: string;
  /** The text of /etc/hosts for this command. */
  readonly hosts: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where relative names in `argv` are looked up. */
  readonly cwd?: string;
}

/** `ip netns exec` gives a command a mount table of its own, so the machine's names stay as they are. */
const withNames = 'mount --bind "$1" /etc/hosts && output=$2 && shift 2 && exec "$@" > "$output"';

/**
 * Runs a command that knows other host names than the machine. Its standard output goes through a file, because a report
 * may be longer than what is kept of a command's output.
 */
export async function runWithNames(
  lab: Lab,
  { namespace, hosts, argv, env, cwd }: NamedRun,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const folder = lab.folder('names');
  const [names, output] = [join(folder, 'hosts'), join(folder, 'output')];
  writeFileSync(names, hosts);
  writeFileSync(output, '');
  const { code, stderr } = await lab.run(namespace, ['sh', '-c', withNames, 'sh', names, output, ...argv], {
    env,
    timeoutMs: 90_000,
    ...(cwd === undefined ? {} : { cwd }),
  });
  return { code, stdout: readFileSync(output, 'utf8'), stderr };
}
