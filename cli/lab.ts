/** The options of `polynya lab`; what it does is loaded when it runs. */
import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import type { LabRunFlags } from './run-lab.ts';

const examples = `
Examples:
  polynya lab list
  sudo polynya lab run home-to-mobile
  sudo polynya lab run my-users.yaml --assert --junit lab.xml
  sudo polynya lab run hotel-443-only --ice-servers ice.json --agent 'node my-client.mjs' --assert
  polynya lab run nat-matrix --simulate --json
  polynya lab run home-to-mobile --send http://127.0.0.1:7478
  polynya lab diff yesterday.json today.json
  polynya lab plan home-to-mobile

SCENARIO is a YAML file (docs/lab.md) or the name of one of the catalogue. As root on Linux the networks are built of
namespaces and nftables, apart from this machine's own network; anywhere else the same file runs in the simulator.

Exit codes: 0 done · 1 with --assert: a cell came out other than expected · 2 wrong usage, or a wrong scenario ·
3 could not run, or a NAT was not what the file says`;

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new CommandError(`${text} is no whole number above 0.`);
  return number;
}

export function labCommand(): Command {
  const lab = new Command('lab')
    .description('Build networks with NATs and firewalls, and see who reaches whom over which path.')
    .addHelpText('after', examples);
  lab
    .command('run')
    .description('Run scenarios: real clients through kernel NATs, or the simulator.')
    .argument('<scenario...>', 'YAML file, or name in the catalogue')
    .option('--simulate', 'use the simulator even where the kernel could be used')
    .option('--jobs <n>', 'attempts side by side', wholeNumber)
    .option('--ice-servers <file>', 'what your application tells its clients (RTCIceServer[] as JSON)')
    .option('--agent <command>', 'client under test, in place of the scenario’s (docs/lab-agents.md)')
    .option('--repeat <n>', 'attempts per cell, in place of the scenario’s', wholeNumber)
    .option('--assert', 'end with 1 where a cell came out other than expected')
    .option('--json', 'print one report as JSON and nothing else')
    .option('--junit <file>', 'write JUnit XML as well')
    .option('--send <url>', 'store the reports in a Polynya service, which shows them on its Lab page')
    .option('--keep', 'leave the lab up after the run, until Ctrl-C')
    .option(
      '--pcap <folder>',
      'try each cell that came out wrong once more, and record its packets (tcpdump)',
    )
    .option('--verbose', 'say of every cell how it went')
    .action(async (names: string[], flags: LabRunFlags) => {
      const { runLab } = await import('./run-lab.ts');
      process.exitCode = await runLab(names, flags);
    });
  lab
    .command('plan')
    .description('Print every command and rule set that a run would use, and run nothing.')
    .argument('<scenario>', 'YAML file, or name in the catalogue')
    .action(async (name: string) => {
      const { labPlanText } = await import('./lab-plan-text.ts');
      process.stdout.write(labPlanText(name));
    });
  lab
    .command('diff')
    .description('Which cells came out otherwise than in an earlier report, better or worse.')
    .argument('<before>', 'lab report, as --json prints it')
    .argument('<after>', 'lab report, e.g. of today')
    .option('--json', 'print the differences as JSON and nothing else')
    .addHelpText('after', '\nExit codes: 0 nothing changed · 1 something did · 2 wrong usage')
    .action(async (before: string, after: string, flags: { json?: boolean }) => {
      const { diffLabFiles } = await import('./lab-diff.ts');
      process.exitCode = await diffLabFiles(before, after, flags);
    });
  lab
    .command('list')
    .description('Name the scenarios of the catalogue.')
    .action(async () => {
      const { labListText } = await import('./lab-list-text.ts');
      process.stdout.write(labListText());
    });
  lab
    .command('sweep')
    .description('Remove what runs that were killed have left behind.')
    .option('--json', 'print what was removed as JSON')
    .action(async (flags: { json?: boolean }) => {
      const { sweepLab } = await import('./sweep-lab.ts');
      sweepLab(flags);
    });
  lab.command('agent', { hidden: true }).action(async () => {
    const { startLabAgent } = await import('./lab-agent.ts');
    startLabAgent();
  });
  lab
    .command('browser', { hidden: true })
    .argument('<name>')
    .action(async (name: string) => {
      const { startLabBrowser } = await import('./lab-browser.ts');
      await startLabBrowser(name);
    });
  lab
    .command('sfu', { hidden: true })
    .argument('<address>')
    .option('--janus <url>')
    .action(async (address: string, flags: { janus?: string }) => {
      const { startLabSfu } = await import('./lab-sfu.ts');
      startLabSfu(address, flags);
    });
  lab
    .command('member', { hidden: true })
    .argument('<service>')
    .action(async (service: string) => {
      const { startLabMember } = await import('./lab-member.ts');
      startLabMember(service);
    });
  return lab;
}
