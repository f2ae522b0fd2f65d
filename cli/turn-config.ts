/** The options of `polynya turn config`; what it does is in run-turn-config.ts. */
import { Command, Option } from 'commander';
import { purposes } from '../turn/config/conf-plan.ts';
import type { TurnConfigFlags } from './run-turn-config.ts';

const examples = `
Examples:
  polynya turn config --purpose p2p --address 203.0.113.10 --realm turn.example.org \\
    --cert /etc/coturn/fullchain.pem --key /etc/coturn/key.pem --for 4.6.1 --out turnserver.conf
  polynya turn config --purpose sfu --sfu 203.0.113.20 --address 10.0.0.5 --external 203.0.113.10 …
  polynya turn config --purpose 443 … --secret-file /etc/coturn/secret

Without --out the file is printed without its secret.

Exit codes: 0 written, or printed · 1 the linter still finds something in it · 2 wrong usage · 3 could not write`;

function list(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export function turnConfigCommand(): Command {
  return new Command('config')
    .description('Write a hardened turnserver.conf for coturn, with the reason above every line.')
    .addOption(
      new Option('--purpose <purpose>', 'whom clients relay to, and through which port')
        .choices(purposes)
        .makeOptionMandatory(),
    )
    .requiredOption('--address <address>', 'of the server; once more for the other family', list)
    .requiredOption('--realm <name>', 'the name of the service, e.g. turn.example.org')
    .requiredOption('--cert <file>', 'certificate with its chain, as the server will find it')
    .requiredOption('--key <file>', 'its key')
    .option('--external <address>', 'the public address, where the server has a private one')
    .option('--sfu <range>', 'a media server: ADDRESS, CIDR or FIRST-LAST (with --purpose sfu)', list)
    .option('--for <version>', 'version of coturn, e.g. 4.6.1 (else the installed one)')
    .option('--secret-file <file>', 'file whose first line is the shared secret (else one is made)')
    .option('--out <file>', 'write to this file, readable by its owner only; it must not exist')
    .addHelpText('after', examples)
    .action(async (flags: TurnConfigFlags) => {
      const { runTurnConfig } = await import('./run-turn-config.ts');
      process.exitCode = await runTurnConfig(flags);
    });
}
