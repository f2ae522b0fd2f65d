/** The options of `polynya turn check`; the checks themselves are loaded when they run. */
import { Command } from 'commander';
import type { TurnCheckFlags } from './run-turn-check.ts';

const examples = `
Examples:
  polynya turn check turn:turn.example.org --username u --credential p
  POLYNYA_TURN_SECRET=… polynya turn check turn:turn.example.org turns:turn.example.org:443
  polynya turn check turn:turn.example.org --only X,A01 --json
  polynya turn check turn:turn.example.org --plan
  polynya turn check turn:turn.example.org --active --yes-i-own-this turn.example.org --html report.html

Check servers that you run, or may test. By default at most a few hundred packets go to the server, and none to
anybody else: whether it would send to forbidden addresses is asked (CreatePermission), not tried.

Exit codes: 0 nothing failed · 1 a check failed, or the server does not answer · 2 wrong usage · 3 could not run`;

function list(value: string, before: readonly string[] = []): string[] {
  return [
    ...before,
    ...value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  ];
}

export function turnCheckCommand(): Command {
  return new Command('check')
    .description('Audit a TURN server from outside: what is wrong, how bad, and the line that fixes it.')
    .argument(
      '<uri...>',
      'turn: or turns: URI (RFC 7065); further ones are checked as ways to the same server',
    )
    .option('--username <name>', 'TURN username (or POLYNYA_TURN_USERNAME)')
    .option('--credential <password>', 'TURN password (better: POLYNYA_TURN_CREDENTIAL)')
    .option('--secret <secret>', 'shared secret for time-limited credentials (better: POLYNYA_TURN_SECRET)')
    .option('--only <ids>', 'run these checks, or groups by their letter: X,A01', list)
    .option('--quality', 'also measure loss and jitter of audio and video: ten seconds for each URI')
    .option('--active', 'also send hundreds of packets, and connect through the relay to the server itself')
    .option('--destructive', 'also try what may hurt the server: floods, leaks, broken messages')
    .option(
      '--yes-i-own-this <host>',
      'needed for --active and --destructive: the host of the URI, typed again',
    )
    .option('--must-deny <range>', 'peers that must be refused: ADDRESS, CIDR or FIRST-LAST', list)
    .option('--must-allow <range>', 'peers that must be allowed, e.g. an SFU', list)
    .option('--certificate <file>', 'the certificate on disk, to see whether the server uses it')
    .option('--baseline <file>', 'an earlier report (--json): only new failures end with 1')
    .option('--bind <address>', 'local address to send from')
    .option('--json', 'print one report as JSON and nothing else')
    .option('--junit <file>', 'write JUnit XML as well')
    .option('--sarif <file>', 'write a SARIF 2.1.0 log as well')
    .option('--html <file>', 'write a page for people as well, one file')
    .option('--send <url>', 'send the report to a Polynya service')
    .option('--verbose', 'list passed and skipped checks as well')
    .option('--plan', 'print what would be sent, and send nothing')
    .addHelpText('after', examples)
    .action(async (uris: string[], flags: TurnCheckFlags) => {
      const { runTurnCheck } = await import('./run-turn-check.ts');
      process.exitCode = await runTurnCheck(uris, flags);
    });
}
