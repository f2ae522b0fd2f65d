/** `polynya turn serve`: what it takes. What it does is in run-turn-serve.ts. */
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import type { TurnServeFlags } from './run-turn-serve.ts';

const examples = `
Examples:
  polynya turn serve --config turn.yaml
  polynya turn serve --config turn.yaml --check-config
  polynya turn serve --config turn.yaml --faults flaky-mobile
  polynya turn serve --config turn.yaml --faults faults.yaml --fault-control 127.0.0.1:3480

Signals: SIGHUP reads the file again (users, secret, peers, quotas, redirect, certificate) · SIGTERM takes no new
allocations, waits for the others (drainSeconds) and ends · SIGINT ends now, and so does a second signal.

Exit codes: 0 stopped as asked, or the configuration is right · 2 wrong configuration · 3 could not start`;

export function turnServeCommand(): Command {
  return new Command('serve')
    .description('Run a STUN/TURN server that is correct and safe by default.')
    .option('--config <file>', 'YAML file; docs/turn-serve.md lists its keys')
    .option('--faults <file|profile>', 'misbehave by rules; docs/faults.md lists faults and profiles')
    .option('--fault-control <address:port>', 'change the faults while it runs, over HTTP with a token')
    .option('--check-config', 'judge the file and stop; nothing is opened')
    .addHelpText('after', examples)
    .action(async (flags: TurnServeFlags) => {
      // What a server throws away is short-lived, so the young part of the heap need not grow from here on: by default
      // it takes some fifty MiB and stays there. `--max-semi-space-size` can only be set before Node starts.
      setFlagsFromString('--semi-space-growth-factor=1');
      // Loaded here, so that other commands do not pay for a server that they never start.
      const { runTurnServe } = await import('./run-turn-serve.ts');
      await runTurnServe(flags);
    });
}
