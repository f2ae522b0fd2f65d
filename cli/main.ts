#!/usr/bin/env node
/** The composition root: commands, exit codes, and errors as messages instead of stack traces. */
import { Command, CommanderError } from 'commander';
import { toolVersion } from '../contract/release.ts';
import { agentCommand, agentTokenCommand } from './agent.ts';
import { CommandError } from './command-error.ts';
import { compareCommand } from './compare.ts';
import { exitCode } from './exit-code.ts';
import { keysCommand } from './keys.ts';
import { labCommand } from './lab.ts';
import { linkCommand } from './link.ts';
import { probeCommand } from './probe.ts';
import { reportCommand } from './report.ts';
import { serveCommand } from './serve.ts';
import { simulateCommand } from './simulate.ts';
import { storeCommand } from './store.ts';
import { turnCommand } from './turn.ts';

async function main(): Promise<void> {
  const program = new Command('polynya')
    .description(
      'NAT traversal diagnostics and STUN/TURN test harness: the verdict, the evidence and the fix.',
    )
    .version(toolVersion)
    .addCommand(probeCommand())
    .addCommand(serveCommand())
    .addCommand(turnCommand())
    .addCommand(labCommand())
    .addCommand(compareCommand())
    .addCommand(simulateCommand())
    .addCommand(reportCommand())
    .addCommand(linkCommand())
    .addCommand(keysCommand())
    .addCommand(storeCommand())
    .addCommand(agentCommand())
    .addCommand(agentTokenCommand());
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
    command.exitOverride().showSuggestionAfterError(true);
  }
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message already; help and version end with 0.
    return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`polynya: ${error.message}\n${error.next === null ? '' : `${error.next}\n`}`);
    return error.code;
  }
  const text =
    error instanceof Error ? (process.env['POLYNYA_DEBUG'] ? error.stack : error.message) : String(error);
  process.stderr.write(
    `polynya: fault of the tool: ${text}\nSet POLYNYA_DEBUG=1 for details, and please report it.\n`,
  );
  return exitCode.couldNotRun;
}

await main();
