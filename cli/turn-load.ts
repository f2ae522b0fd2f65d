/** The options of `polynya turn load`; what makes the load is loaded when it runs. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { TurnLoadFlags } from './run-turn-load.ts';

const examples = `
Examples:
  polynya turn load turn:turn.example.org --plan
  polynya turn load turn:turn.example.org --yes-i-own-this turn.example.org --username u --credential p
  polynya turn load turn:turn.example.org --yes-i-own-this turn.example.org --bytes 1200 --to 40000 --out load.json
  polynya turn load turn:turn.example.org --yes-i-own-this turn.example.org --axis allocations --at-least 100
  polynya turn load turns:turn.example.org --yes-i-own-this turn.example.org --sizes 60,160,1200 --recovery
  polynya turn load turn:turn.example.org --yes-i-own-this turn.example.org --send http://127.0.0.1:7478
  polynya turn load turn:turn.example.org --yes-i-own-this turn.example.org --part 2/3 --bus nats://bus.example.org --out part2.json

Load takes a server away from those who use it: only for servers of your own, and best at night. Packets go to the server
and through it to this program, nowhere else. Every packet has its time, and delays count from then on; steps grow by a
quarter until more than 0.5 % are lost or 1 % take longer than 20 ms. Where this program is the limit it says so and gives
no verdict about the server. Profiles: docs/turn-load.md.

Exit codes: 0 there is a verdict, and with --at-least it suffices · 1 it does not, there is none, or the server failed ·
2 wrong usage · 3 could not run`;

export function turnLoadCommand(): Command {
  return new Command('load')
    .description('Measure what a TURN server carries, and how sure that is.')
    .argument('<uri>', 'turn: or turns: URI (RFC 7065), over UDP, TCP or TLS')
    .option('--yes-i-own-this <host>', 'needed: the host of the URI, typed again')
    .option('--username <name>', 'TURN username (or POLYNYA_TURN_USERNAME)')
    .option('--credential <password>', 'TURN password (better: POLYNYA_TURN_CREDENTIAL)')
    .option('--secret <secret>', 'shared secret for time-limited credentials (better: POLYNYA_TURN_SECRET)')
    .option('--profile <file>', 'YAML: traffic, ladder, steps, limits (docs/turn-load.md)')
    .addOption(
      new Option(
        '--axis <name>',
        'what grows: packets/s, allocations/s, allocations held, CreatePermission/s, ChannelBind/s, allocations/s in a population',
      ).choices(['packets', 'allocations', 'held', 'permissions', 'channels', 'churn']),
    )
    .option('--bytes <number>', 'payload of every packet', wholeNumber(24, 1400))
    .option('--sizes <list>', 'payloads, in ladders one after another: 60,160,1200', payloads)
    .option('--warm', 'allocations from clients that know realm and nonce already')
    .option('--from <number>', 'first step', wholeNumber(1, 1e7))
    .option('--to <number>', 'highest step', wholeNumber(1, 1e7))
    .option('--seconds <number>', 'measured time of a step', wholeNumber(1, 3600))
    .option('--runs <number>', 'ladders, one after another', wholeNumber(1, 50))
    .option('--workers <number>', 'processes that make the load', wholeNumber(1, 64))
    .addOption(
      new Option(
        '--engine <name>',
        'how packets reach the system; auto: ring or batched where that is possible',
      ).choices(['auto', 'ring', 'batched', 'portable']),
    )
    .option(
      '--recovery',
      'beyond the limit for some seconds, then half of it: when is the server back to normal?',
    )
    .option('--at-least <number>', 'end with 1 where less is carried', wholeNumber(1, 1e7))
    .option(
      '--part <n/of>',
      'make one of several parts of the load, e.g. 2/3; turn load-join joins their reports',
    )
    .option('--start-at <time>', 'with --part: when all machines begin, e.g. 2026-12-01T02:00:00Z')
    .option(
      '--bus <servers>',
      'with --part: the machines meet over NATS and begin together: nats://HOST:4222',
    )
    .option(
      '--meet <name>',
      'with --bus: a name for this load, where others are made over the same NATS',
      meetingName,
    )
    .option(
      '--start-in <seconds>',
      'with --bus, of part 1: from the moment at which all machines are there (30)',
      wholeNumber(1, 3600),
    )
    .option(
      '--server-pid <pid>',
      'process of the server on this machine, to see what it runs out of (else found by its port)',
      wholeNumber(1, 2 ** 22),
    )
    .option(
      '--baseline <file>',
      'an earlier report (--out): end with 1 where the server carries less than then',
    )
    .option('--bind <address>', 'local address to send from')
    .option('--json', 'print one report as JSON and nothing else')
    .option('--out <file>', 'write the report as JSON to a file')
    .option('--send <url>', 'store the report in a Polynya service, which shows it on its Load page')
    .option('--plan', 'print what would be sent, and send nothing')
    .addHelpText('after', examples)
    .action(async (uri: string, flags: TurnLoadFlags) => {
      const { runTurnLoad } = await import('./run-turn-load.ts');
      process.exitCode = await runTurnLoad(uri, flags);
    });
}

/** What `turn load` starts for itself. */
export function turnLoadWorkerCommand(): Command {
  return new Command('load-worker').action(async () => {
    const { serveLoadOrders } = await import('../turn/load/io/load-worker.ts');
    serveLoadOrders();
  });
}

function meetingName(text: string): string {
  if (/^[A-Za-z0-9_-]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError('Up to 32 letters, digits, _ and -.');
}

function payloads(text: string): number[] {
  return text.split(',').map(wholeNumber(24, 1400));
}

function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`A whole number from ${lowest} to ${highest}.`);
  };
}
