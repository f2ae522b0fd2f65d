/** `polynya turn load`: plans, asks for the owner’s word, makes the load, prints. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import yoctoSpinner from 'yocto-spinner';
import { failure } from '../contract/failures.ts';
import type { LoadAxis, LoadProfile } from '../contract/load-profile.ts';
import { type LoadReport, type LoadStep, loadReportSchema } from '../contract/load-report.ts';
import { canBind } from '../probe/io/local-address.ts';
import { resolveHost } from '../probe/io/resolve.ts';
import { isTurn, type ProbeTarget } from '../probe/target.ts';
import { builtCommand } from '../service/release.ts';
import { mintRestCredential } from '../stun/credential.ts';
import { familyOf } from '../stun/endpoint.ts';
import type { Credentials } from '../turn/client/auth-ladder.ts';
import { compareLoads } from '../turn/load/compare-loads.ts';
import type { Offer } from '../turn/load/conductor.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { type LoadOptions, runLoad } from '../turn/load/io/run-load.ts';
import { serverProcessAt } from '../turn/load/io/server-watch.ts';
import { forkWorkers } from '../turn/load/io/worker-link.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type LoadOutput, loadExitCode, printLoad } from './load-output.ts';
import { type PartFlags, readPart } from './load-part.ts';
import { type ProfileFlags, readLoadProfile } from './read-load-profile.ts';
import { type CredentialOptions, readTargets } from './read-targets.ts';
import { painter } from './style.ts';
import { loadPlanText } from './turn-load-plan-text.ts';
import { stepText } from './turn-load-text.ts';

export interface TurnLoadFlags extends CredentialOptions, ProfileFlags, PartFlags, LoadOutput {
  readonly yesIOwnThis?: string;
  readonly atLeast?: number;
  readonly baseline?: string;
  readonly bind?: string;
  readonly serverPid?: number;
  readonly plan?: boolean;
}

export async function runTurnLoad(uri: string, flags: TurnLoadFlags): Promise<ExitCode> {
  const part = readPart(flags, Date.now());
  const profile = readLoadProfile(flags, part);
  const target = await readTarget(uri, flags, profile.axis);
  if (flags.plan) {
    process.stdout.write(loadPlanText(target.uri, profile, part, columns(), painter(process.stdout)));
    return exitCode.ok;
  }
  refuseUnlessOwned(target.uri.host, flags);
  if (flags.bind !== undefined && !(await canBind(flags.bind))) {
    throw CommandError.from(failure('local-bind-failed', flags.bind));
  }
  const baseline = flags.baseline === undefined ? null : readBaseline(flags.baseline);
  const server = { address: await addressOf(target.uri.host, flags.bind), port: target.uri.port };
  const made = await withProgress(profile, (running) =>
    runLoad({
      uri: target.uri.text,
      server,
      transport: target.uri.transport,
      serverName: target.uri.transport === 'tls' && isIP(target.uri.host) === 0 ? target.uri.host : null,
      credentials: credentialsFor(target, profile, part?.startAtMs ?? Date.now()),
      profile,
      bindAddress: flags.bind ?? null,
      part: part ?? undefined,
      serverPid: flags.serverPid ?? serverProcessAt(server, target.uri.transport) ?? undefined,
      openWorker: forkWorkers(builtCommand),
      ...running,
    }),
  );
  const report = baseline === null ? made : withComparison(made, baseline);
  printLoad(report, flags);
  return loadExitCode(report, flags.atLeast);
}

function readBaseline(file: string): LoadReport {
  const parsed = loadReportSchema.safeParse(readJson(file));
  if (parsed.success) return parsed.data;
  throw new CommandError(`${file} is no load-report.`, 'Make one with: polynya turn load … --out FILE');
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be read: ${text}`);
  }
}

function withComparison(report: LoadReport, baseline: LoadReport): LoadReport {
  const compared = compareLoads(baseline.body, report.body);
  if (compared.ok) return { ...report, body: { ...report.body, comparison: compared.comparison } };
  process.stderr.write(`polynya: not compared with the baseline: ${compared.problem}.\n`);
  return report;
}

async function readTarget(text: string, flags: CredentialOptions, axis: LoadAxis): Promise<ProbeTarget> {
  const [target] = await readTargets([text], flags);
  if (target === undefined || !isTurn(target.uri)) {
    throw new CommandError(`${text} is no TURN server.`, 'Write turn:HOST.');
  }
  if (axis === 'packets' && target.uri.transport !== 'udp') {
    throw new CommandError(
      `${text}: packets are sent over UDP only.`,
      'Write turn:HOST, or load with allocations: --axis allocations, --axis held.',
    );
  }
  return target;
}

function refuseUnlessOwned(host: string, { yesIOwnThis }: TurnLoadFlags): void {
  if (yesIOwnThis === host) return;
  throw new CommandError(
    'Load is for servers of your own: it takes them away from those who use them, and looks like an attack.',
    `If ${host} is yours, add: --yes-i-own-this ${host}. What would be sent: --plan`,
  );
}

async function addressOf(host: string, bind: string | undefined): Promise<string> {
  const resolved = await resolveHost(host);
  if (!resolved.ok) throw CommandError.from(resolved.failure, exitCode.fellShort);
  const { addresses } = resolved;
  const fitting =
    bind === undefined ? addresses : addresses.filter((one) => familyOf(one) === familyOf(bind));
  const [address] = fitting;
  if (address === undefined) throw new CommandError(`${host} has no address of the family of ${bind}.`);
  return address;
}

/** Time-limited credentials have to outlive the load. */
function credentialsFor(
  { secret, username, credential }: ProbeTarget,
  { limits }: LoadProfile,
  startMs: number,
): Credentials | null {
  if (secret !== undefined) {
    const untilSec = Math.floor(startMs / 1000) + limits.minutes * 60 + 600;
    const minted = mintRestCredential(secret, username ?? 'polynya', Math.ceil(untilSec));
    return { username: minted.username, password: minted.credential };
  }
  return username === undefined || credential === undefined ? null : { username, password: credential };
}

type Running = Pick<LoadOptions, 'signal' | 'onOffer' | 'onStep'>;

/** On a terminal one line that changes; elsewhere one for each step, because a load may take an hour. */
async function withProgress<T>(profile: LoadProfile, run: (running: Running) => Promise<T>): Promise<T> {
  const spinner = process.stderr.isTTY
    ? yoctoSpinner({ text: 'Allocating …', stream: process.stderr }).start()
    : null;
  const abort = new AbortController();
  const onSignal = () => abort.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  let last = '';
  const name = ({ run: index, offered }: Offer) =>
    `run ${index + 1} of ${profile.runs}, ${numberText(offered)} ${axisUnits[profile.axis]}`;
  try {
    return await run({
      signal: abort.signal,
      onOffer: (offer) => {
        if (spinner) spinner.text = `${name(offer)}${last}`;
      },
      onStep: (step: LoadStep, offer) => {
        last = ` · before: ${stepText(step)}`;
        if (spinner === null) process.stderr.write(`${name(offer)}: ${stepText(step)}\n`);
      },
    });
  } finally {
    spinner?.stop();
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}
