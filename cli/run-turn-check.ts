/** `polynya turn check`: asks, judges, prints. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import yoctoSpinner from 'yocto-spinner';
import { failure } from '../contract/failures.ts';
import { type TurnReport, turnReportSchema } from '../contract/turn-report.ts';
import { canBind } from '../probe/io/local-address.ts';
import { resolveHost } from '../probe/io/resolve.ts';
import { isTurn, type ProbeTarget } from '../probe/target.ts';
import { familyOf } from '../stun/endpoint.ts';
import { catalog } from '../turn/check/catalog.ts';
import { newFailures } from '../turn/check/output/baseline.ts';
import { turnHtml } from '../turn/check/output/html-page.ts';
import { turnJunit } from '../turn/check/output/junit.ts';
import { turnSarif } from '../turn/check/output/sarif.ts';
import { type CheckOptions, runCheck, selectionOf } from '../turn/io/run-check.ts';
import { peerRangeOf } from '../turn/lint/peer-range.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { readTargets } from './read-targets.ts';
import { sendReport } from './send-report.ts';
import { painter } from './style.ts';
import { turnCheckPlanText } from './turn-check-plan-text.ts';
import { turnReportText } from './turn-check-text.ts';
import { writeFile } from './write-file.ts';

export interface TurnCheckFlags {
  readonly username?: string;
  readonly credential?: string;
  readonly secret?: string;
  readonly only?: readonly string[];
  readonly quality?: boolean;
  readonly active?: boolean;
  readonly destructive?: boolean;
  readonly yesIOwnThis?: string;
  readonly mustDeny?: readonly string[];
  readonly mustAllow?: readonly string[];
  readonly certificate?: string;
  readonly baseline?: string;
  readonly bind?: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly sarif?: string;
  readonly html?: string;
  readonly verbose?: boolean;
  readonly plan?: boolean;
  readonly send?: string;
}

export async function runTurnCheck(uris: readonly string[], flags: TurnCheckFlags): Promise<number> {
  refuseUnknownIds(flags.only ?? []);
  refuseUnreadableRanges([...(flags.mustDeny ?? []), ...(flags.mustAllow ?? [])]);
  const baseline = flags.baseline === undefined ? null : readBaseline(flags.baseline);
  const [target, ...others] = await readTargets(uris, flags);
  if (target === undefined) throw new CommandError('Which server? polynya turn check turn:HOST');
  for (const { uri } of [target, ...others]) {
    if (!isTurn(uri))
      throw new CommandError(`${uri.text} is a STUN server.`, 'Write turn:HOST or turns:HOST.');
  }
  refuseUnlessOwned(target.uri.host, flags);
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
  writeFiles(outcome.report, flags);
  if (flags.send !== undefined) {
    const link = await sendReport(outcome.report, flags.send, '--json > FILE');
    process.stderr.write(`Report stored: ${link}\n`);
  }
  if (outcome.broke.length > 0) {
    process.stderr.write(`polynya: these checks broke, a fault of the tool: ${outcome.broke.join(', ')}\n`);
    return exitCode.couldNotRun;
  }
  return fellShort(outcome.report, baseline) ? exitCode.fellShort : exitCode.ok;
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
    quality: flags.quality,
    active: flags.active,
    destructive: flags.destructive,
    mustDeny: flags.mustDeny,
    mustAllow: flags.mustAllow,
    certificateOnDisk: flags.certificate === undefined ? undefined : fingerprintOf(flags.certificate),
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

function refuseUnreadableRanges(ranges: readonly string[]): void {
  const wrong = ranges.find((text) => peerRangeOf(text) === null);
  if (wrong !== undefined) {
    throw new CommandError(`${wrong} is no address range.`, 'Write ADDRESS, CIDR or FIRST-LAST.');
  }
}

/** What may hurt a server, or reach others through it, asks for the name of the host once more. */
function refuseUnlessOwned(host: string, { active, destructive, yesIOwnThis }: TurnCheckFlags): void {
  if ((active !== true && destructive !== true) || yesIOwnThis === host) return;
  throw new CommandError(
    `--active and --destructive are for servers of your own.`,
    `If ${host} is yours, add: --yes-i-own-this ${host}`,
  );
}

function readBaseline(file: string): TurnReport['body'] {
  const parsed = turnReportSchema.safeParse(readJson(file));
  if (parsed.success) return parsed.data.body;
  throw new CommandError(`${file} is no turn-report.`, 'Make one with: polynya turn check … --json > FILE');
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandError(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function fingerprintOf(file: string): string {
  try {
    return new X509Certificate(readFileSync(file)).fingerprint256;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} holds no certificate: ${text}`);
  }
}

function writeFiles(report: TurnReport, { junit, sarif, html }: TurnCheckFlags): void {
  if (junit !== undefined) writeFile(junit, turnJunit(report));
  if (sarif !== undefined) writeFile(sarif, `${JSON.stringify(turnSarif(report), null, 2)}\n`);
  if (html !== undefined) writeFile(html, turnHtml(report));
}

function fellShort({ body }: TurnReport, baseline: TurnReport['body'] | null): boolean {
  return body.unreachable !== null || newFailures(body, baseline).length > 0;
}
