import { regionSchema } from '../../contract/fleet/vantage.ts';
import { CommandError } from '../command-error.ts';
import { callService } from '../service-client.ts';
import { adminLogin, type ServiceFlags } from '../service-options.ts';
import { printJson } from '../service-output.ts';

export interface AgentTokenFlags extends ServiceFlags {
  readonly region?: string;
  readonly hours: number;
}

export async function makeAgentToken(label: string, flags: AgentTokenFlags): Promise<void> {
  const { service, region = null, hours } = flags;
  if (region !== null && !regionSchema.safeParse(region).success) {
    throw new CommandError(`--region ${region}: small letters, digits and dashes, e.g. eu-west.`);
  }
  const body = { label, region, lifetimeHours: hours };
  const made = await callService(service, 'createAgentToken', { body, ...adminLogin() });
  if (flags.json) printJson(made);
  else process.stdout.write(`${made.token}\n`);
}
