/** A lab report for people: the cells as a list or a grid, then what came out other than expected, then the sum. */
import type { LabCell, LabReport } from '../contract/lab-report.ts';
import { labPathText } from '../contract/lab-words.ts';
import { formatEndpoint } from '../stun/endpoint.ts';
import { callsText } from './lab-call-text.ts';
import { msText, verdictOf } from './lab-cell-words.ts';
import { gridText } from './lab-grid-text.ts';
import { marks, type Paint, type Style } from './style.ts';
import { renderTable } from './table.ts';
import { indented, wrap } from './wrap.ts';

export interface LabTextOptions {
  readonly width: number;
  readonly verbose: boolean;
}

/** More cells than this on one path are shown as a grid. */
const longestList = 16;

export function labReportText(report: LabReport, { width, verbose }: LabTextOptions, paint: Paint): string {
  const { body, tool } = report;
  const { cells, counts, timing } = body;
  const lines = [
    ...wrap(`${paint('bold', body.scenario.name)}: ${runnerWords(body)}`, width),
    ...indented(body.scenario.about, width),
    '',
  ];
  if (cells.length <= longestList) lines.push(listText(cells, width, paint), '');
  else lines.push(...gridText(cells, width, paint), '');
  lines.push(...callsText(cells, width, paint));
  const told = verbose ? cells : cells.filter(({ asExpected }) => asExpected !== true);
  lines.push(...told.flatMap((cell) => [...cellStory(cell, width, paint), '']));
  lines.push(...body.notices.flatMap((notice) => indented(notice, width)));
  if (body.notices.length > 0) lines.push('');
  const style: Style = counts.unexpected > 0 ? 'bad' : counts.undecided > 0 ? 'limited' : 'good';
  const mark = marks[style];
  const sum = `${counts.asExpected} of ${counts.cells} cells as expected`;
  const rest = [
    counts.unexpected > 0 ? `${counts.unexpected} not` : '',
    counts.undecided > 0 ? `${counts.undecided} undecided` : '',
    `${counts.attempts} attempts`,
    `${counts.faults} faults of the harness`,
    `${(timing.totalMs / 1000).toFixed(1)} s (built in ${Math.round(timing.buildMs)} ms)`,
    `${tool.name} ${tool.version}`,
  ].filter(Boolean);
  const [first = '', ...more] = wrap(`${sum}; ${rest.join(', ')}`, width - 2);
  lines.push(
    `${paint(style, mark)} ${first.replace(sum, paint('bold', sum))}`,
    ...more.map((line) => `  ${line}`),
  );
  return `${lines.join('\n')}\n`;
}

function runnerWords({ runner, whySimulated, agent, server }: LabReport['body']): string {
  if (runner === 'kernel') return `in the kernel, ${agent}, ${server}`;
  return whySimulated === null ? 'simulated' : `simulated: ${whySimulated}`;
}

function listText(cells: readonly LabCell[], width: number, paint: Paint): string {
  return renderTable({
    head: ['from', 'to', 'path', 'result', 'rung', 'set-up', 'over', ''],
    right: [5],
    width,
    names: 3,
    rows: cells.map((cell) => {
      const { style, mark, word } = verdictOf(cell);
      const pair = cell.selectedPair;
      return [
        cell.from,
        cell.to,
        labPathText(cell),
        paint(style, `${mark} ${word}`),
        cell.rung,
        cell.setupMs === null ? '–' : msText(cell.setupMs.p50),
        pair === null ? '–' : `${pair.local.type} ↔ ${pair.remote.type}`,
        cell.asExpected === false ? paint('bad', `expected: ${cell.expected}`) : '',
      ];
    }),
  });
}

function cellStory(cell: LabCell, width: number, paint: Paint): string[] {
  const { style, mark, word } = verdictOf(cell);
  const title = `${paint(style, `${mark} ${word}`)}  ${paint('bold', `${cell.from} → ${cell.to}`)}, ${labPathText(cell)}`;
  const by = cell.expectedBy === 'file' ? 'by the scenario' : 'by the simulator';
  const lines = [
    `expected ${cell.expected} ${by}${cell.because === null ? '' : `: ${cell.because}`}`,
    ...cell.tries.map((attempt, index) => {
      const { candidateMs, iceMs, dtlsMs, echoMs, packetMs, frameMs, stableMs } = attempt.milestones;
      const steps = [
        ['candidate', candidateMs],
        ['ICE', iceMs],
        ['DTLS', dtlsMs],
        ['echo', echoMs],
        ['media', packetMs],
        ['picture', frameMs],
        ['steady', stableMs],
      ] as const;
      const course = steps.flatMap(([step, ms]) => (ms === null ? [] : [`${step} ${msText(ms)}`]));
      return `try ${index + 1}: ${attempt.outcome} at ${attempt.rung}${course.length > 0 ? `; ${course.join(', ')}` : ''}`;
    }),
    ...(cell.selectedPair === null
      ? []
      : [
          `pair: ${cell.selectedPair.local.type} ${formatEndpoint(cell.selectedPair.local)} ↔ ${cell.selectedPair.remote.type} ${formatEndpoint(cell.selectedPair.remote)}`,
        ]),
    ...(cell.failure === null ? [] : [`cause: ${cell.failure.message} ${cell.failure.next}`]),
    ...checkLines(cell),
  ];
  return [title, ...lines.flatMap((line) => indented(line, width, 4))];
}

function checkLines({ tries }: LabCell): string[] {
  const last = tries.at(-1);
  if (last === undefined || last.outcome === 'connected') return [];
  return last.checks.flatMap((sent, index) => {
    const list = Object.entries(sent).map(([to, copies]) => `${to} × ${copies}`);
    return list.length === 0
      ? []
      : [`checks of ${index === 0 ? 'the first' : 'the second'} end: ${list.slice(0, 8).join(', ')}`];
  });
}
