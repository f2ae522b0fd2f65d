/** `polynya simulate`: loads, answers, prints. */
import { simulatePopulation } from '../simulate/simulate-population.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { loadPopulation, presetNames } from './load-population.ts';
import { populationFrom } from './own-population.ts';
import { simulateText } from './simulate-text.ts';
import { painter } from './style.ts';
import { wrap } from './wrap.ts';
import { writeFile } from './write-file.ts';

export interface SimulateFlags {
  readonly rooms: number;
  readonly seed: number;
  readonly from?: readonly string[];
  readonly atLeast?: number;
  readonly json?: boolean;
  readonly out?: string;
}

export async function runSimulate(name: string | undefined, flags: SimulateFlags): Promise<ExitCode> {
  const written = name === undefined ? null : loadPopulation(name);
  const population = flags.from === undefined ? written : await populationFrom(flags.from, written);
  if (population === null) {
    if (flags.json || flags.out !== undefined || flags.atLeast !== undefined)
      throw new CommandError('there is no population to simulate.', `Presets: ${presetNames().join(', ')}.`);
    process.stdout.write(presetsText());
    return exitCode.ok;
  }
  const { rooms, seed } = flags;
  const report = simulatePopulation(population, { rooms, seed }, new Date());
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (flags.out !== undefined) writeFile(flags.out, json);
  process.stdout.write(flags.json ? json : simulateText(report, columns(), painter(process.stdout)));
  const connected = 1 - report.body.roomOutcomes.short.value;
  return flags.atLeast !== undefined && 100 * connected < flags.atLeast ? exitCode.fellShort : exitCode.ok;
}

function presetsText(): string {
  const entries = presetNames().map((preset) => {
    const about = wrap(loadPopulation(preset).about, columns() - 4).map((line) => `    ${line}\n`);
    return `${preset}\n${about.join('')}`;
  });
  return entries.join('\n');
}
