/** `polynya compare`: opens what is needed, lets the participants join, takes every path, prints and ends everything. */
import { availableParallelism, hostname } from 'node:os';
import yoctoSpinner from 'yocto-spinner';
import { buildCompareReport } from '../compare/build-report.ts';
import { runOrder } from '../compare/run-order.ts';
import { type ComparePath, comparePathOf, comparePaths } from '../contract/compare-path.ts';
import type { ComparePlan, CompareReport, CompareRun } from '../contract/comparison.ts';
import { canTrust } from '../scenarios/io/participants/firefox.ts';
import { ProcessorLog } from '../scenarios/io/participants/processor-log.ts';
import { builtCommand } from '../service/release.ts';
import { columns } from './columns.ts';
import { CommandError } from './command-error.ts';
import { conductRun, type Stage } from './compare/conduct-run.ts';
import { type Estate, openEstate } from './compare/estate.ts';
import { browsersFor, type Crowd, launchBots, launchBrowsers } from './compare/participants.ts';
import { Reaper } from './compare/reaper.ts';
import { RoomHost, roomPaths } from './compare/room-host.ts';
import { TurnCounters } from './compare/turn-counters.ts';
import { compareText, pathNames } from './compare-text.ts';
import { exitCode } from './exit-code.ts';
import { sendReport } from './send-report.ts';
import { painter } from './style.ts';
import { writeFile } from './write-file.ts';

export interface CompareFlags {
  readonly n: number;
  readonly paths?: readonly ComparePath[];
  readonly repeats: number;
  readonly firefox: number;
  readonly bots: number;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
  readonly fps: number;
  readonly kbps: number;
  readonly audio: boolean;
  readonly warmUp: number;
  readonly hold: number;
  readonly limit: number;
  readonly service?: URL;
  readonly json?: boolean;
  readonly out?: string;
  readonly send?: string;
}

/** Browsers start together, and slower than one alone. */
const joinWithinMs = 60_000;
/** From the end of a window until its report is stored. */
const storedWithinMs = 10_000;
/** A run that the tool spoiled is tried once more; both are shown. */
const tries = 2;

const foreignNote =
  'The service ran already: the processor time of its servers is not known, and its relays are proved by the pairs in use alone.';

const own: readonly string[] = [process.execPath, builtCommand];

export async function runCompare(flags: CompareFlags): Promise<number> {
  const crowd = crowdOf(flags);
  if (process.platform !== 'linux') {
    const why = 'processes are watched and ended by way of /proc';
    throw new CommandError(`polynya compare needs Linux: ${why}.`, null, exitCode.couldNotRun);
  }
  browsersFor(crowd);
  const cancelling = cancelledBySignals();
  const spinner = process.stderr.isTTY ? yoctoSpinner({ stream: process.stderr }).start() : null;
  const tell = (text: string): void => {
    if (spinner === null) process.stderr.write(`${text}\n`);
    else spinner.text = text;
  };
  const reaper = new Reaper(own);
  let report: CompareReport;
  try {
    report = await compare(flags, crowd, reaper.folder, cancelling.signal, tell);
  } finally {
    spinner?.stop();
    await reaper.close();
    cancelling.end();
  }
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (flags.out !== undefined) writeFile(flags.out, json);
  process.stdout.write(flags.json === true ? json : compareText(report, columns(), painter(process.stdout)));
  if (flags.send !== undefined) {
    const page = await sendReport(report, flags.send);
    if (flags.json !== true) process.stdout.write(`  Stored: ${page}\n`);
  }
  return codeOf(report);
}

async function compare(
  flags: CompareFlags,
  crowd: Crowd,
  folder: string,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<CompareReport> {
  const started = new Date();
  const plan = planOf(flags);
  tell('starting servers');
  const estate = await openEstate(own, folder, plan.paths, flags.service ?? null);
  const skipped = await unavailable(plan.paths, crowd, estate);
  const able = plan.paths.filter((path) => !skipped.some((each) => each.path === path));
  const planned = runOrder({ paths: able, repeats: plan.repeats }, Math.random);
  const room = await RoomHost.open(estate, plan.participants, planned[0]?.path ?? 'mesh');
  const processors = new ProcessorLog();
  const runs: CompareRun[] = [];
  try {
    watchServers(processors, estate);
    tell(`starting ${plan.participants} participants`);
    const { media, warmUpSec, holdSec } = plan;
    const order = { others: plan.participants - 1, media, warmUpSec, holdSec, limitSec: flags.limit };
    const { service, authorityFile } = estate;
    const launch = { crowd, service, ticket: room.ticket, order, authorityFile, folder };
    const participants = [...(await launchBrowsers(launch)), ...launchBots(launch, own)];
    for (const { pid } of participants) processors.watch(pid);
    const members = await room.untilJoined(participants.length, joinWithinMs, signal);
    if (members === null && !signal.aborted) throw await notAllJoined(room, participants.length);
    const stage: Stage = {
      estate,
      room,
      participants,
      members: members ?? new Map(),
      processors,
      turn: estate.turn === null ? null : new TurnCounters(estate.turn.metrics),
      reportWithinMs: (flags.limit + warmUpSec + holdSec) * 1000 + storedWithinMs,
      signal,
    };
    for (const [index, next] of planned.entries()) {
      tell(`${pathNames[next.path]}, run ${index + 1} of ${planned.length}`);
      for (let attempt = 1; attempt <= tries && !signal.aborted; attempt += 1) {
        const run = await conductRun(stage, next, attempt);
        if (run !== null) runs.push(run);
        if (run?.outcome !== 'harness-fault') break;
      }
    }
  } finally {
    processors.close();
    // What was measured counts, also when the service has gone; it closes its rooms by itself.
    await room.close().catch(() => undefined);
  }
  const body = {
    plan,
    host: { rim: 'harness', cpus: availableParallelism(), sharedCpu: true } as const,
    runs,
    skipped,
    notes: flags.service === undefined ? [] : [foreignNote],
    run: {
      source: hostname(),
      durationMs: Date.now() - started.getTime(),
      cancelled: signal.aborted,
    },
  };
  return buildCompareReport(body, started.toISOString());
}

function planOf(flags: CompareFlags): ComparePlan {
  const { size, fps, kbps, audio } = flags;
  return {
    participants: flags.n,
    paths: [...(flags.paths ?? comparePaths)],
    repeats: flags.repeats,
    media: { ...size, framesPerSec: fps, maxVideoKbps: kbps, audio },
    warmUpSec: flags.warmUp,
    holdSec: flags.hold,
  };
}

function crowdOf({ n, firefox, bots }: CompareFlags): Crowd {
  const chromium = n - firefox - bots;
  if (chromium < 1) {
    throw new CommandError(
      `${n} participants, of which ${firefox} are Firefox and ${bots} bots: no Chromium is left.`,
      'Every comparison has at least one Chromium, which decodes what the others send. Raise -n.',
    );
  }
  return { chromium, firefox, bots };
}

async function unavailable(
  paths: readonly ComparePath[],
  { firefox }: Crowd,
  estate: Estate,
): Promise<{ path: ComparePath; reason: string }[]> {
  const { missing, authorityFile } = estate;
  const able = (await roomPaths(estate)).map(comparePathOf);
  return paths.flatMap((path) => {
    const reason = missing.get(path);
    if (reason !== undefined) return [{ path, reason }];
    if (path === 'relay-tls' && firefox > 0 && authorityFile !== null && !canTrust()) {
      return [{ path, reason: 'Firefox needs certutil for its certificate (apt install libnss3-tools)' }];
    }
    return able.includes(path) ? [] : [{ path, reason: 'the service has no server for it' }];
  });
}

function watchServers(processors: ProcessorLog, { servicePid, janusPid, turn }: Estate): void {
  // The service itself only signals; the embedded SFU is a process that it has started.
  if (servicePid !== null) processors.watch(servicePid, 'children');
  if (janusPid !== null) processors.watch(janusPid);
  if (turn !== null) processors.watch(turn.pid);
}

async function notAllJoined(room: RoomHost, wanted: number): Promise<CommandError> {
  const { size } = await room.members();
  return new CommandError(
    `${size} of ${wanted} participants joined within ${joinWithinMs / 1000} s.`,
    'Try fewer (-n), or a machine that does less at the same time.',
    exitCode.couldNotRun,
  );
}

/** The first signal ends it after what has been measured; a second one at once. */
function cancelledBySignals(): { readonly signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(exitCode.couldNotRun);
    abort.abort();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: abort.signal,
    end: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

function codeOf({ body: { runs, skipped, run, headline } }: CompareReport): number {
  if (runs.length === 0) return exitCode.couldNotRun;
  const fellShort = run.cancelled || skipped.length > 0 || headline.status !== 'good';
  return fellShort ? exitCode.fellShort : exitCode.ok;
}
