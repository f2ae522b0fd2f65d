/** `polynya simulate --from`: the operator's own reports as the mix. */
import type { Population } from '../contract/population.ts';
import { ownPopulation } from '../simulate/observed/own-population.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { readNetworks } from './read-networks.ts';

/** @param base for all but the mix; null: as a file that says nothing else */
export async function populationFrom(
  sources: readonly string[],
  base: Population | null,
): Promise<Population> {
  const adminToken = process.env['POLYNYA_ADMIN_TOKEN'] ?? null;
  const { observations, from, remarks } = await readNetworks(sources, adminToken);
  for (const remark of remarks) process.stderr.write(`polynya: ${remark}\n`);
  const population = ownPopulation(observations, { from, base });
  if (population !== null) return population;
  throw new CommandError(
    `${from}: none of ${observations.length} reports tells what kind of network it is from.`,
    'Reports of polynya probe tell it, and those of the Check page where its service runs a STUN server with two addresses.',
    exitCode.couldNotRun,
  );
}
