import { labObstacle } from '../scenarios/io/require-lab.ts';
import { sweep } from '../scenarios/io/sweep.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';

export function sweepLab({ json }: { readonly json?: boolean }): void {
  const obstacle = labObstacle(['ip']);
  if (obstacle !== null) throw new CommandError(obstacle, null, exitCode.couldNotRun);
  const swept = sweep();
  if (json) {
    process.stdout.write(`${JSON.stringify(swept, null, 2)}\n`);
    return;
  }
  const { namespaces, folders, processes } = swept;
  process.stdout.write(
    `${namespaces.length} namespaces, ${processes} processes and ${folders.length} folders of ended runs removed\n`,
  );
}
