/** `polynya simulate`: what it takes. What it does is in run-simulate.ts. */
import { Command, InvalidArgumentError } from 'commander';
import type { SimulateFlags } from './run-simulate.ts';

const examples = `
Examples:
  polynya simulate
  polynya simulate everyday
  polynya simulate my-users.yaml --rooms 1000000 --seed 7 --json
  polynya simulate my-users.yaml --at-least 99 --out answer.json
  polynya simulate --from reports/ laptop.json
  POLYNYA_ADMIN_TOKEN=… polynya simulate everyday --from https://check.example.org

POPULATION is a YAML file (docs/simulate.md) or the name of a preset; without it the presets are named. Pairs are
resolved by the simulator of \`polynya lab\`, rooms are drawn, and every figure has an interval. The same file, seed and
number of rooms give the same figures on every machine.

With --from the mix is that of your own reports: of files, of folders, or of the store of a service (with its admin token in
POLYNYA_ADMIN_TOKEN). Shares are counts with their 95 % intervals; networks that a report does not classify are told apart
and never guessed. Rooms, paths and prices are those of POPULATION, where one is named.

Exit codes: 0 done · 1 with --at-least: fewer rooms connect · 2 wrong usage, or a wrong population · 3 could not run`;

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('Will a population connect, over what, and at what price?')
    .argument('[population]', 'YAML file, or name of a preset')
    .option('--rooms <number>', 'rooms to draw', wholeNumber(1_000, 10_000_000), 100_000)
    .option('--seed <number>', 'of all that is drawn', wholeNumber(0, 0xffff_ffff), 1)
    .option('--from <source...>', 'nat-reports and visit-reports: files, folders, or the URL of a service')
    .option('--at-least <percent>', 'end with 1 where fewer rooms connect everybody', percent)
    .option('--json', 'print the report as JSON and nothing else')
    .option('--out <file>', 'write the report as JSON to a file')
    .addHelpText('after', examples)
    .action(async (name: string | undefined, flags: SimulateFlags) => {
      const { runSimulate } = await import('./run-simulate.ts');
      process.exitCode = await runSimulate(name, flags);
    });
}

function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`A whole number from ${lowest} to ${highest}.`);
  };
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 100) return value;
  throw new InvalidArgumentError('Percent, from 0 to 100.');
}
