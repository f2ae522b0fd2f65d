/** `polynya turn check`: asks, judges, prints. */
import yoctoSpinner from 'yocto-spinner';
import { failure } from '../contract/failures.ts';
import type { TurnReport } from '../contract/turn-report.ts';
import { canBind } from '../probe/io/local-address.ts';
import { resolveHost } from '../probe/io/resolve.ts';
import { isTurn, type ProbeTarget } from '../probe/target.ts';
import { familyOf } from '../stun/endpoint.ts';
import { catalog } from '../turn/check/catalog.ts';
import { type CheckOptions, runCheck, selectionOf } from '../turn/io/run-check.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { readTargets } from './read-targets.ts';
import { painter } from './style.ts';
import { turnCheckPlanText } from './turn-check-plan-text.ts';
import { turnReportText } from './turn-check-text.ts';

export interface TurnCheckFlags {
  readonly username?: string;
  readonly credential?: string;
  readonly secret?: string;
  readonly only?: readonly string[];
  readonly bind?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly plan?: boolean;
}

export async function runTurnCheck(uris: readonly string[], flags: TurnCheckFlags): Promise<number> {
  refuseUnknownIds(flags.only ?? []);
  const [target, ...others] = await readTargets(uris, flags);
  if (target === undefined) throw new CommandError('Which server? polynya turn check turn:HOST');
  for (const { uri } of [target, ...others]) {
    if (!isTurn(uri))
      throw new CommandError(`${uri.text} is a STUN server.`, 'Write turn:HOST or turns:HOST.');
  }
  if (flags.plan) {
    process.stdout.write(
      turnCheckPlanText(
        target.uri.text,
        selectionOf({ ...flags, uri: target.uri }),
        columns(),
        painter(process.stdout),
      ),
    );
    return exitCode.ok;
  }
  if (flags.bind !== undefined && !(await canBind(flags.bind))) {
    throw CommandError.from(failure('local-bind-failed', flags.bind));
  }
  const outcome = await withProgress((signal, onEvent) => check(target, others, flags, { signal, onEvent }));
  if (flags.json) process.stdout.write(`${JSON.stringify(outcome.report, null, 2)}\n`);
  else {
    process.stdout.write(
      turnReportText(
        outcome.report,
        { width: columns(), verbose: flags.verbose === true },
        painter(process.stdout),
      ),
    );
  }
  if (outcome.broke.length > 0) {
    process.stderr.write(`polynya: these checks broke, a fault of the tool: ${outcome.broke.join(', ')}\n`);
    return exitCode.couldNotRun;
  }
  return fellShort(outcome.report) ? exitCode.fellShort : exitCode.ok;
}

async function check(
  target: ProbeTarget,
  others: readonly ProbeTarget[],
  flags: TurnCheckFlags,
  running: Pick<CheckOptions, 'signal' | 'onEvent'>,
): Promise<Awaited<ReturnType<typeof runCheck>>> {
  const addresses = await addressesOf(target, flags.bind);
  return runCheck({
    uri: target.uri,
    addresses,
    others: await Promise.all(
      others.map(async (other) => ({
        uri: other.uri,
        address: (await addressesOf(other, flags.bind))[0] ?? '',
      })),
    ),
    username: target.username,
    credential: target.credential,
    secret: target.secret,
    only: flags.only,
    bindAddress: flags.bind,
    ...running,
  });
}

/** Those first that the bound address can reach. */
async function addressesOf({ uri }: ProbeTarget, bind: string | undefined): Promise<readonly string[]> {
  const resolved = await resolveHost(uri.host);
  if (!resolved.ok) throw CommandError.from(resolved.failure, exitCode.fellShort);
  if (bind === undefined) return resolved.addresses;
  const family = familyOf(bind);
  return [...resolved.addresses].sort(
    (a, b) => Number(familyOf(b) === family) - Number(familyOf(a) === family),
  );
}

async function withProgress<T>(
  run: (signal: AbortSignal, onEvent: NonNullable<CheckOptions['onEvent']>) => Promise<T>,
): Promise<T> {
  const spinner = process.stderr.isTTY
    ? yoctoSpinner({ text: 'Checking …', stream: process.stderr }).start()
    : null;
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.once('SIGINT', onSignal);
  let done = 0;
  try {
    return await run(abort.signal, (event) => {
      if (event.kind === 'found') done += 1;
      if (spinner)
        spinner.text = `${done} checks done · ${event.kind === 'started' ? event.check.title : ''}`;
    });
  } finally {
    spinner?.stop();
    process.removeListener('SIGINT', onSignal);
  }
}

function refuseUnknownIds(only: readonly string[]): void {
  const wrong = only.find((name) => !catalog.some(({ id }) => id === name || id.slice(0, 1) === name));
  if (wrong !== undefined) {
    throw new CommandError(`There is no check ${wrong}.`, 'docs/turn-checks.md lists all of them.');
  }
}

function fellShort({ body }: TurnReport): boolean {
  return body.unreachable !== null || body.counts.failed > 0;
}
