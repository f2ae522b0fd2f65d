import type { Lab } from '../../scenarios/io/lab.ts';

/** Runs a command in a namespace. @throws Error with what it said when it fails */
export async function must(
  lab: Lab,
  namespace: string,
  argv: readonly string[],
  stdin: string | null = null,
): Promise<void> {
  const { code, stderr } = await lab.run(namespace, argv, { stdin });
  if (code !== 0) throw new Error(`${namespace}: ${argv.join(' ')}: ${stderr}\n${stdin ?? ''}`);
}
