/** `polynya turn load-join`: the reports of several machines, judged as one load. */
import { Command } from 'commander';
import type { LoadOutput } from './load-output.ts';

const examples = `
Examples:
  polynya turn load-join part1.json part2.json part3.json
  polynya turn load-join part*.json --out load.json

Each machine makes its part with: polynya turn load URI --part 1/3 --start-at TIME --out part1.json

Exit codes: 0 there is a verdict · 1 there is none, or the server failed · 2 the reports do not belong together`;

export function turnLoadJoinCommand(): Command {
  return new Command('load-join')
    .description('Join the reports of the machines that made a load together.')
    .argument('<files...>', 'load-reports made with --part')
    .option('--json', 'print one report as JSON and nothing else')
    .option('--out <file>', 'write the report as JSON to a file')
    .addHelpText('after', examples)
    .action(async (files: string[], flags: LoadOutput) => {
      const { joinLoads } = await import('./run-load-join.ts');
      process.exitCode = joinLoads(files, flags);
    });
}
