/**
 * One comparison with all participants in one browser: the Compare page makes the runs, and processor times and the
 * counters of the TURN server are read beside it. A browser for each participant would take a fifth of a core for
 * itself, and eight of them more than a small machine has.
 */
import { chromium, type Page } from 'playwright-core';
import { type Estate, openEstate } from '../../cli/compare/estate.ts';
import { Reaper } from '../../cli/compare/reaper.ts';
import { TurnCounters } from '../../cli/compare/turn-counters.ts';
import { buildCompareReport } from '../../compare/build-report.ts';
import { type ComparePath, comparePaths, pathKindOf } from '../../contract/compare-path.ts';
import { type CompareReport, type CompareRun, compareReportSchema } from '../../contract/comparison.ts';
import { publicKeyHash } from '../../scenarios/io/certificate.ts';
import { chromiumPath, quietSwitches } from '../../scenarios/io/participants/chromium.ts';
import { ProcessorLog } from '../../scenarios/io/participants/processor-log.ts';
import { builtCommand } from '../../service/release.ts';

export interface RoomOrder {
  readonly participants: number;
  readonly paths: readonly ComparePath[];
  readonly repeats: number;
  /** As the address of the Compare page has it: `picture=160x90&fps=10&kbps=100`. */
  readonly media: string;
  readonly holdSec: number;
}

const command = [process.execPath, builtCommand];
const longestMs = 1_800_000;

export async function measureRoom(order: RoomOrder): Promise<CompareReport> {
  const reaper = new Reaper(command);
  const processors = new ProcessorLog();
  try {
    const estate = await openEstate(command, reaper.folder, order.paths, null);
    return await withBrowser(estate, async (page, browserPid) => {
      processors.watch(browserPid);
      if (estate.servicePid !== null) processors.watch(estate.servicePid, 'children');
      if (estate.janusPid !== null) processors.watch(estate.janusPid);
      if (estate.turn !== null) processors.watch(estate.turn.pid);
      const counters = estate.turn === null ? null : new TurnCounters(estate.turn.metrics);
      await counters?.start();
      const report = await compareOn(page, estate, order);
      counters?.stop();
      const readings: Readings = { estate, processors, counters, browserPid, holdSec: order.holdSec };
      const runs = report.body.runs.map((run) => withReadings(run, readings));
      const { headline: _headline, ...body } = report.body;
      const host = { ...body.host, rim: 'harness' } as const;
      return buildCompareReport({ ...body, runs, host, skipped: skippedOf(order, estate) }, report.at);
    });
  } finally {
    processors.close();
    await reaper.close();
  }
}

async function withBrowser<T>(estate: Estate, use: (page: Page, pid: number) => Promise<T>): Promise<T> {
  const executablePath = chromiumPath();
  if (executablePath === null) throw new Error('Chromium is missing (apt install chromium)');
  const { authorityFile } = estate;
  const trustedKey = authorityFile === null ? null : publicKeyHash(authorityFile);
  const server = await chromium.launchServer({
    executablePath,
    args: [
      ...quietSwitches,
      '--no-sandbox',
      '--allow-loopback-in-peer-connection',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      ...(trustedKey === null ? [] : [`--ignore-certificate-errors-spki-list=${trustedKey}`]),
    ],
  });
  try {
    const pid = server.process().pid;
    if (pid === undefined) throw new Error('Chromium did not start');
    const browser = await chromium.connect(server.wsEndpoint());
    return await use(await browser.newPage(), pid);
  } finally {
    await server.close();
  }
}

async function compareOn(page: Page, { service }: Estate, order: RoomOrder): Promise<CompareReport> {
  const { participants, repeats, media, holdSec, paths } = order;
  const query = `n=${participants}&repeats=${repeats}&hold=${holdSec}&paths=${paths.join(',')}&${media}`;
  await page.goto(new URL(`/compare?${query}`, service).href);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  const link = page.getByRole('link', { name: 'Open the stored report' });
  await link.waitFor({ timeout: longestMs });
  const id = (await link.getAttribute('href'))?.split('/').at(-1);
  const reply = await fetch(new URL(`/api/runs/${id}`, service));
  return compareReportSchema.parse(((await reply.json()) as { report: unknown }).report);
}

interface Readings {
  readonly estate: Estate;
  readonly processors: ProcessorLog;
  readonly counters: TurnCounters | null;
  readonly browserPid: number;
  readonly holdSec: number;
}

/** The window of the participants is the end of the run. */
function withReadings(
  run: CompareRun,
  { estate, processors, counters, browserPid, holdSec }: Readings,
): CompareRun {
  const toMs = Date.parse(run.startedAt) + run.durationMs;
  const fromMs = toMs - holdSec * 1_000;
  const cpuOf = (pid: number | null): number | null =>
    pid === null ? null : processors.percent(pid, fromMs, toMs);
  const browser = cpuOf(browserPid);
  const participants = run.participants.map((participant) => ({
    ...participant,
    cpuPercent: browser === null ? null : browser / run.participants.length,
  }));
  const kind = pathKindOf(run.path);
  const total = (measure: (one: CompareRun['participants'][number]) => number | null | undefined) =>
    run.participants.reduce((sum, one) => sum + (measure(one) ?? 0), 0);
  const counted = kind === 'relay' ? (counters?.between(fromMs, toMs) ?? null) : null;
  return {
    ...run,
    participants,
    server:
      kind === 'sfu' || kind === 'mcu'
        ? {
            cpuPercent: cpuOf(run.path === 'sfu' ? estate.servicePid : estate.janusPid),
            inKbps: total(({ traffic }) => traffic?.up.kbps),
            outKbps: total(({ traffic }) => traffic?.down.kbps),
            packetsPerSec: total(({ traffic }) => traffic?.down.packetsPerSec),
          }
        : null,
    turn: counted === null ? null : { ...counted, cpuPercent: cpuOf(estate.turn?.pid ?? null) },
  };
}

function skippedOf({ paths }: RoomOrder, { missing }: Estate): { path: ComparePath; reason: string }[] {
  return comparePaths
    .filter((path) => paths.includes(path))
    .flatMap((path) => {
      const reason = missing.get(path);
      return reason === undefined ? [] : [{ path, reason }];
    });
}
