/** `polynya agent` and `polynya agent-token`: what they take. What they do is in agent/. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { AgentFlags } from './agent/run-agent.ts';
import type { AgentTokenFlags } from './agent/run-agent-token.ts';
import { serviceOptions, serviceUrl } from './service-options.ts';
import { wholeNumber } from './whole-number.ts';

const notes = `
The agent opens one WebSocket to its hub and needs nothing else: no port of it is open to anybody. The first time it needs
an invitation (polynya agent-token, or Agents in the dashboard), which becomes a key of its own in --key-file.

It talks to no address that its hub forbids (reach.deny there), to none that --deny forbids and, where --allow is given, to
none else. SIGTERM or Ctrl-C: it ends what it does and takes nothing new; a second one ends it at once.

Exit codes: 0 drained · 1 the hub refused it · 2 wrong usage · 3 could not run`;

export function agentCommand(): Command {
  return new Command('agent')
    .description('Measure from here for a Polynya service: probes, TURN checks, connections between agents.')
    .requiredOption('--hub <url>', 'the service, e.g. https://polynya.example.org', serviceUrl)
    .option('--enrol-token-file <file>', 'file with the invitation (or POLYNYA_ENROL_TOKEN); needed once')
    .option('--key-file <file>', 'where the agent keeps its key', 'polynya-agent.json')
    .option('--name <name>', 'as people know it (default: the name of this host); told when it enrols')
    .option('--region <region>', 'place that it shares with others, e.g. eu-west; told when it enrols')
    .option('--label <key=value>', 'further facts for your own lists, told when it enrols', label, {})
    .option('--slots <n>', 'jobs at the same time, 1 to 64', wholeNumber(1, 64), 4)
    .option('--allow <range>', 'talk to these addresses only: ADDRESS or CIDR, may be repeated', range, [])
    .option('--deny <range>', 'never talk to these: ADDRESS or CIDR, may be repeated', range, [])
    .addOption(new Option('--lab', 'also run scenarios of the lab, as root'))
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', notes)
    .action(async (flags: AgentFlags) => {
      const { runAgent } = await import('./agent/run-agent.ts');
      process.exitCode = await runAgent(flags);
    });
}

export function agentTokenCommand(): Command {
  return serviceOptions(new Command('agent-token'))
    .description('Make an invitation for one agent, and print it; it is told this once.')
    .argument('<label>', 'for whom or what, for your own lists')
    .option('--region <region>', 'the agent’s region (else it says it itself)')
    .option('--hours <n>', 'how long it is good for, 1 to 720', wholeNumber(1, 720), 24)
    .action(async (text: string, flags: AgentTokenFlags) => {
      const { makeAgentToken } = await import('./agent/run-agent-token.ts');
      await makeAgentToken(text, flags);
    });
}

function label(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, key = '', value = ''] = /^([a-z0-9][a-z0-9_.-]{0,39})=(.{0,100})$/.exec(text) ?? [];
  if (key === '') throw new InvalidArgumentError('Write e.g. --label provider=hetzner.');
  return { ...before, [key]: value };
}

function range(text: string, before: readonly string[]): string[] {
  return [...before, text];
}
