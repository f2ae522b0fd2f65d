/** `polynya turn load`: plans, asks for the owner’s word, makes the load, prints. */
import { isIP } from 'node:net';
import { failure } from '../contract/failures.ts';
import type { LoadProfile } from '../contract/load-profile.ts';
import type { LoadReport } from '../contract/load-report.ts';
import { canBind } from '../probe/io/local-address.ts';
import { resolveHost } from '../probe/io/resolve.ts';
import { isTurn, type ProbeTarget } from '../probe/target.ts';
import { builtCommand } from '../service/release.ts';
import { mintRestCredential } from '../stun/credential.ts';
import { familyOf } from '../stun/endpoint.ts';
import type { Credentials } from '../turn/client/auth-ladder.ts';
import { compareLoads } from '../turn/load/compare-loads.ts';
import { runLoad } from '../turn/load/io/run-load.ts';
import { forkWorkers } from '../turn/load/io/worker-link.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withLoadProgress } from './load-progress.ts';
import { type ProfileFlags, readLoadProfile } from './read-load-profile.ts';
import { readReportOf } from './read-report.ts';
import { type CredentialOptions, readTargets } from './read-targets.ts';
import { sendReport } from './send-report.ts';
import { painter } from './style.ts';
import { loadPlanText } from './turn-load-plan-text.ts';
import { loadReportText } from './turn-load-text.ts';
import { writeFile } from './write-file.ts';

export interface TurnLoadFlags extends CredentialOptions, ProfileFlags {
  readonly yesIOwnThis?: string;
  readonly atLeast?: number;
  readonly baseline?: string;
  readonly bind?: string;
  readonly json?: boolean;
  readonly out?: string;
  readonly plan?: boolean;
  readonly send?: string;
}

export async function runTurnLoad(uri: string, flags: TurnLoadFlags): Promise<ExitCode> {
  const profile = readLoadProfile(flags);
  const target = await readTarget(uri, flags);
  if (flags.plan) {
    process.stdout.write(loadPlanText(target.uri, profile, columns(), painter(process.stdout)));
    return exitCode.ok;
  }
  refuseUnlessOwned(target.uri.host, flags);
  if (flags.bind !== undefined && !(await canBind(flags.bind))) {
    throw CommandError.from(failure('local-bind-failed', flags.bind));
  }
  const baseline =
    flags.baseline === undefined ? null : await readReportOf('load-report', flags.baseline, 'a baseline');
  const address = await addressOf(target.uri.host, flags.bind);
  const made = await withLoadProgress(target.uri.text, profile, (running) =>
    runLoad({
      uri: target.uri.text,
      server: { address, port: target.uri.port },
      transport: target.uri.transport,
      serverName: isIP(target.uri.host) === 0 ? target.uri.host : null,
      credentials: credentialsFor(target, profile),
      profile,
      bindAddress: flags.bind ?? null,
      openWorker: forkWorkers(builtCommand),
      ...running,
    }),
  );
  const report = baseline === null ? made : withComparison(made, baseline);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (flags.out !== undefined) writeFile(flags.out, json);
  process.stdout.write(flags.json ? json : loadReportText(report, columns(), painter(process.stdout)));
  if (flags.send !== undefined) {
    const link = await sendReport(report, flags.send);
    process.stderr.write(`Report stored: ${link}\n`);
  }
  return codeFor(report, flags.atLeast);
}

function withComparison(report: LoadReport, baseline: LoadReport): LoadReport {
  const compared = compareLoads(baseline.body, report.body);
  if (compared.ok) return { ...report, body: { ...report.body, comparison: compared.comparison } };
  process.stderr.write(`polynya: not compared with the baseline: ${compared.problem}.\n`);
  return report;
}

async function readTarget(text: string, flags: CredentialOptions): Promise<ProbeTarget> {
  const [target] = await readTargets([text], flags);
  if (target === undefined || !isTurn(target.uri)) {
    throw new CommandError(`${text} is no TURN server.`, 'Write turn:HOST.');
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
): Credentials | null {
  if (secret !== undefined) {
    const untilSec = Math.floor(Date.now() / 1000) + limits.minutes * 60 + 600;
    const minted = mintRestCredential(secret, username ?? 'polynya', Math.ceil(untilSec));
    return { username: minted.username, password: minted.credential };
  }
  return username === undefined || credential === undefined ? null : { username, password: credential };
}

function codeFor({ body }: LoadReport, atLeast: number | undefined): ExitCode {
  const { verdict, failure: broken } = body;
  if (broken?.code === 'harness-fault') return exitCode.couldNotRun;
  const isKnown = verdict.kind === 'capacity' || verdict.kind === 'at-least';
  const hasFallen = body.comparison?.change === 'less';
  const suffices = atLeast === undefined || (verdict.carried ?? 0) >= atLeast;
  return isKnown && suffices && !hasFallen ? exitCode.ok : exitCode.fellShort;
}
