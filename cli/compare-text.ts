/** A comparison for people. */
import { modelBeside } from '../compare/beside.ts';
import { runsByPath } from '../compare/counted-runs.ts';
import { type PathSummary, summarize } from '../compare/summary.ts';
import type { ComparePath } from '../contract/compare-path.ts';
import type { CompareReport } from '../contract/comparison.ts';
import { marks, type Paint, type Style } from './style.ts';
import { renderTable } from './table.ts';
import { indented, wrap } from './wrap.ts';

export const pathNames: Readonly<Record<ComparePath, string>> = {
  mesh: 'direct (mesh)',
  sfu: 'embedded SFU',
  'sfu-janus': 'Janus, SFU',
  mcu: 'Janus, audio mixer',
  'relay-udp': 'relay over UDP',
  'relay-tcp': 'relay over TCP',
  'relay-tls': 'relay over TLS',
};

export function compareText({ body }: CompareReport, width: number, paint: Paint): string {
  const { headline, plan, skipped, notes, run, host } = body;
  const { media } = plan;
  const summaries = summarize(body);
  const lines = [
    ...wrap(`${marks[headline.status]} ${headline.sentence}`, width).map((line) =>
      paint(headline.status, line),
    ),
    '',
    ...indented(
      `${plan.participants} participants, ${media.widthPx}×${media.heightPx} at ${media.framesPerSec}/s, at most ` +
        `${media.maxVideoKbps} kbit/s${media.audio ? ', with sound' : ''}; rates over ${plan.holdSec} s` +
        `${host.sharedCpu ? '; all on the same processors' : ''}.`,
      width,
    ),
    '',
    renderTable({
      head: ['path', 'seen', 'links', 'set-up', 'up', 'down', 'CPU', 'server', 'TURN'],
      right: [2, 3, 4, 5, 6, 7, 8],
      rows: summaries.map((summary) => row(summary, plan.repeats, paint)),
      width,
    }),
    '',
    ...indented(
      'Set-up: median (slowest) in ms from the link to the first picture, or sound. Up, down and CPU for each ' +
        'participant, rates in kbit/s. Server: its CPU. TURN: what it sent out.',
      width,
    ),
    ...indented(botsText(summaries, plan.participants), width),
  ];
  for (const { path, reason } of skipped) {
    lines.push(...wrap(`${marks.unknown} ${pathNames[path]} was not tried: ${reason}`, width));
  }
  for (const { path, faults } of runsByPath(body)) {
    for (const { repeat, faults: causes } of faults) {
      const why = causes[0]?.message ?? 'no cause is known';
      lines.push(
        ...wrap(`${marks.unknown} ${pathNames[path]}, repeat ${repeat}: a fault of the tool. ${why}`, width),
      );
    }
  }
  for (const { path, failure } of failuresOf(body.runs)) {
    lines.push(...wrap(`${marks.bad} ${pathNames[path]}: ${failure}`, width));
  }
  const beside = modelBeside(plan, summaries).filter(({ figure }) => figure === 'up' || figure === 'down');
  const worst = beside.toSorted((a, b) => Math.abs(b.error) - Math.abs(a.error))[0];
  if (worst !== undefined) {
    const percent = Math.round(Math.abs(worst.error) * 100);
    lines.push(
      ...indented(
        `Model beside measurement: bandwidth off by ${percent} % at most (${worst.figure}, ${pathNames[worst.path]}).`,
        width,
      ),
    );
  }
  for (const note of notes) lines.push(...indented(note, width));
  for (const advice of headline.advice) lines.push(...indented(`→ ${advice}`, width));
  lines.push(paint('dim', `  ${Math.round(run.durationMs / 1000)} s${run.cancelled ? ', cancelled' : ''}`));
  return `${lines.join('\n')}\n`;
}

/** Who decoded nothing, on which path. */
function botsText(summaries: readonly PathSummary[], participants: number): string {
  const tried = summaries.filter(({ runs }) => runs > 0);
  const withBots = tried.filter(({ bots }) => bots > 0);
  if (withBots.length === 0) return '';
  const isEverywhere = new Set(tried.map(({ bots }) => bots)).size === 1;
  const counts = isEverywhere
    ? `${withBots[0]?.bots} on every path`
    : withBots.map(({ path, bots }) => `${pathNames[path]} ${bots}`).join(', ');
  return `Bots among the ${participants} participants, which count packets and decode nothing: ${counts}.`;
}

function row(summary: PathSummary, repeats: number, paint: Paint): string[] {
  const { path, complete, runs, links, setupMs, upKbps, downKbps, clientCpuPercent } = summary;
  const status: Style =
    runs === 0 ? 'unknown' : complete === runs ? 'good' : complete === 0 ? 'bad' : 'limited';
  const words = { good: 'all', limited: 'some', bad: 'not all', unknown: 'not tried' };
  const of = runs < repeats && runs > 0 ? ` (${runs} of ${repeats} runs)` : '';
  const slowest = setupMs.at(-1);
  const middle = setupMs[Math.floor(setupMs.length / 2)];
  const server = summary.serverCpuPercent ?? summary.turnCpuPercent;
  return [
    pathNames[path],
    paint(status, `${marks[status]} ${words[status]}${of}`),
    links.attempts === 0 ? '–' : `${links.succeeded}/${links.attempts}`,
    middle === undefined || slowest === undefined ? '–' : `${Math.round(middle)} (${Math.round(slowest)})`,
    figure(upKbps),
    figure(downKbps),
    percent(clientCpuPercent),
    percent(server),
    figure(summary.turnOutKbps),
  ];
}

/** Each cause once per path. */
function failuresOf(runs: CompareReport['body']['runs']): { path: ComparePath; failure: string }[] {
  const found = new Map<string, { path: ComparePath; failure: string }>();
  for (const { path, links } of runs) {
    for (const { failure } of links) {
      if (failure !== undefined) found.set(`${path} ${failure.code}`, { path, failure: failure.message });
    }
  }
  return [...found.values()];
}

function figure(value: number | null): string {
  return value === null ? '–' : String(Math.round(value));
}

function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} %`;
}
