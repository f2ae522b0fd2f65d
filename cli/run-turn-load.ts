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
import { serverProcessAt } from '../turn/load/io/server-watch.ts';
import { forkWorkers } from '../turn/load/io/worker-link.ts';
import type { Part } from '../turn/load/part.ts';
import { partSettings } from '../turn/load/part-settings.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { plannedEngine } from './load-engine.ts';
import { withPart } from './load-meeting.ts';
import { type LoadOutput, loadExitCode, printLoad } from './load-output.ts';
import { type PartFlags, readPart } from './load-part.ts';
import { withLoadProgress } from './load-progress.ts';
import { type ProfileFlags, readLoadProfile } from './read-load-profile.ts';
import { readReportOf } from './read-report.ts';
import { type CredentialOptions, readTargets } from './read-targets.ts';
import { sendReport } from './send-report.ts';
import { painter } from './style.ts';
import { loadPlanText } from './turn-load-plan-text.ts';

export interface TurnLoadFlags extends CredentialOptions, ProfileFlags, PartFlags, LoadOutput {
  readonly yesIOwnThis?: string;
  readonly atLeast?: number;
  readonly baseline?: string;
  readonly bind?: string;
  readonly serverPid?: number;
  readonly plan?: boolean;
  readonly send?: string;
}

export async function runTurnLoad(uri: string, flags: TurnLoadFlags): Promise<ExitCode> {
  const wanted = readPart(flags, Date.now());
  const profile = readLoadProfile(flags, wanted);
  const target = await readTarget(uri, flags);
  const engine = await plannedEngine(profile, target.uri.transport);
  if (flags.plan) {
    const planned = { uri: target.uri, profile, part: wanted, engine };
    process.stdout.write(loadPlanText(planned, columns(), painter(process.stdout)));
    return exitCode.ok;
  }
  refuseUnlessOwned(target.uri.host, flags);
  if (flags.bind !== undefined && !(await canBind(flags.bind))) {
    throw CommandError.from(failure('local-bind-failed', flags.bind));
  }
  const baseline =
    flags.baseline === undefined ? null : await readReportOf('load-report', flags.baseline, 'a baseline');
  const server = { address: await addressOf(target.uri.host, flags.bind), port: target.uri.port };
  const { transport } = target.uri;
  const load = (part: Part | null) =>
    withLoadProgress(target.uri.text, profile, (running) =>
      runLoad({
        uri: target.uri.text,
        server,
        transport: target.uri.transport,
        serverName: isIP(target.uri.host) === 0 ? target.uri.host : null,
        credentials: credentialsFor(target, profile, part?.startAtMs ?? Date.now()),
        profile,
        bindAddress: flags.bind ?? null,
        part: part ?? undefined,
        serverPid: flags.serverPid ?? serverProcessAt(server, target.uri.transport) ?? undefined,
        openWorker: forkWorkers(builtCommand),
        ...running,
      }),
    );
  const settings = () => partSettings({ endpoint: server, transport }, profile);
  const made = await withPart(wanted, flags, settings, load);
  const report = baseline === null ? made : withComparison(made, baseline);
  printLoad(report, flags);
  if (flags.send !== undefined) {
    const link = await sendReport(report, flags.send);
    process.stderr.write(`Report stored: ${link}\n`);
  }
  return loadExitCode(report, flags.atLeast);
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
  startMs: number,
): Credentials | null {
  if (secret !== undefined) {
    const untilSec = Math.floor(startMs / 1000) + limits.minutes * 60 + 600;
    const minted = mintRestCredential(secret, username ?? 'polynya', Math.ceil(untilSec));
    return { username: minted.username, password: minted.credential };
  }
  return username === undefined || credential === undefined ? null : { username, password: credential };
}
