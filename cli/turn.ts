import { Command } from 'commander';
import { turnCheckCommand } from './turn-check.ts';
import { turnConfigCommand } from './turn-config.ts';
import { turnLoadCommand, turnLoadWorkerCommand } from './turn-load.ts';
import { turnLoadJoinCommand } from './turn-load-join.ts';
import { turnServeCommand } from './turn-serve.ts';

interface LintFlags {
  readonly for?: string;
  readonly fix?: boolean;
  readonly explain?: string;
  readonly json?: boolean;
  readonly sarif?: string;
  readonly send?: string;
  readonly app?: string;
}

const examples = `
Examples:
  polynya turn lint /etc/turnserver.conf
  polynya turn lint turnserver.conf --for 4.6.1 --json
  polynya turn lint turnserver.conf --fix
  polynya turn lint turnserver.conf --app homeserver.yaml
  polynya turn lint --explain no-authentication

Exit codes: 0 nothing of severity high or critical is left · 1 a finding of severity high or critical ·
2 wrong usage, or the file cannot be read · 3 could not write`;

export function turnCommand(): Command {
  const lint = new Command('lint')
    .description("Find the faults of coturn's turnserver.conf, each with its fix; nothing is sent anywhere.")
    .argument('[file]', 'the turnserver.conf to judge')
    .option('--for <version>', 'judge for this version of coturn, e.g. 4.6.1 (else the installed one)')
    .option(
      '--app <file>',
      'compare with the configuration of the application: homeserver.yaml, prosody.cfg.lua, LiveKit, Nextcloud Talk, RTCIceServer[]',
    )
    .option('--fix', 'repair what can be repaired safely, in the file itself; comments and order stay')
    .option('--explain <rule>', 'say what a rule is about, by name or number, and stop')
    .option('--json', 'print one report as JSON and nothing else')
    .option('--sarif <file>', 'write a SARIF 2.1.0 log as well')
    .option('--send <url>', 'send the report to a Polynya service')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, flags: LintFlags) => {
      // The rules cost a few milliseconds that other commands need not pay.
      const { runLint } = await import('./run-lint.ts');
      process.exitCode = await runLint(file, flags);
    });
  return new Command('turn')
    .description('Tools for operators of TURN servers.')
    .addCommand(turnCheckCommand())
    .addCommand(lint)
    .addCommand(turnConfigCommand())
    .addCommand(turnServeCommand())
    .addCommand(turnLoadCommand())
    .addCommand(turnLoadJoinCommand())
    .addCommand(turnLoadWorkerCommand(), { hidden: true });
}
