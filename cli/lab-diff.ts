/** `polynya lab diff BEFORE AFTER`: which cells of a scenario came out otherwise. */
import { diffLabReports, type LabChange, type LabDiff, type LabDifference } from '../contract/lab-diff.ts';
import type { LabCell, LabReport } from '../contract/lab-report.ts';
import { labPathText } from '../contract/lab-words.ts';
import { columns } from './columns.ts';
import { diffDocument } from './diff-document.ts';
import { exitCode } from './exit-code.ts';
import { msText } from './lab-cell-words.ts';
import { readReportOf } from './read-report.ts';
import { type Paint, painter, type Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrap } from './wrap.ts';

export async function diffLabFiles(
  fileA: string,
  fileB: string,
  flags: { readonly json?: boolean },
): Promise<number> {
  const read = (file: string) => readReportOf('lab-report', file, 'compared with another');
  const [before, after] = [await read(fileA), await read(fileB)];
  const diff = diffLabReports(before.body, after.body);
  const isSame = diff.differences.length === 0;
  if (flags.json) {
    const side = (file: string, { at, body }: LabReport) => ({ file, at, scenario: body.scenario.name });
    const sides = { before: side(fileA, before), after: side(fileB, after) };
    const document = diffDocument('lab-diff', sides, isSame, {
      cells: { same: diff.same },
      differences: diff.differences.map(({ change, cell, before: was, after: is }) => ({
        ...{ change, from: cell.from, to: cell.to, path: cell.path, transport: cell.transport },
        ...{ before: was && stateOf(was), after: is && stateOf(is) },
      })),
    });
    process.stdout.write(document);
  } else process.stdout.write(labDiffText(before, after, diff, columns(), painter(process.stdout)));
  return isSame ? exitCode.ok : exitCode.fellShort;
}

function stateOf({ attempts, succeeded, rung, asExpected, setupMs, failure }: LabCell) {
  return { attempts, succeeded, rung, asExpected, setupMs, failure: failure?.code ?? null };
}

const words: Record<LabChange, { readonly style: Style; readonly text: string }> = {
  worse: { style: 'bad', text: '✖ worse' },
  better: { style: 'good', text: '✔ better' },
  other: { style: 'limited', text: '▲ judged otherwise' },
  added: { style: 'unknown', text: '+ not there before' },
  removed: { style: 'unknown', text: '- no longer there' },
};

const when = ({ at }: LabReport) => at.slice(0, 19).replace('T', ' ');

export function labDiffText(
  before: LabReport,
  after: LabReport,
  { same, differences }: LabDiff,
  width: number,
  paint: Paint,
): string {
  const [a, b] = [before.body, after.body];
  const span = `${when(before)} → ${when(after)}`;
  const cautions = [
    ...(before.at > after.at ? ['The first report is the newer one.'] : []),
    ...(a.scenario.name === b.scenario.name
      ? []
      : [`Two scenarios are compared: ${a.scenario.name} and ${b.scenario.name}.`]),
    ...(a.runner === b.runner ? [] : [`Before in the ${a.runner}, after in the ${b.runner}.`]),
    ...(a.agent === b.agent ? [] : [`Other agents: ${a.agent}, then ${b.agent}.`]),
  ].flatMap((text) => wrap(text, width));
  if (differences.length === 0) {
    const all = `✔ all ${same} cells came out alike`;
    return `${[`${paint('good', all)}  ${span}`, ...cautions].join('\n')}\n`;
  }
  const count = `${differences.length} of ${same + differences.length} cells changed`;
  const worse = differences.some(({ change }) => change === 'worse');
  return [
    `${paint(worse ? 'bad' : 'limited', count)}  ${span}`,
    ...cautions,
    '',
    renderTable({
      head: ['', 'from', 'to', 'path', 'before', 'after'],
      width,
      names: 4,
      rows: differences.map((difference) => rowOf(difference, paint)),
    }),
    '',
  ].join('\n');
}

function rowOf({ change, cell, before, after }: LabDifference, paint: Paint): string[] {
  const { style, text } = words[change];
  return [paint(style, text), cell.from, cell.to, labPathText(cell), sideText(before), sideText(after)];
}

function sideText(cell: LabCell | null): string {
  if (cell === null) return '–';
  const time = cell.setupMs === null ? '' : `, ${msText(cell.setupMs.p50)}`;
  const wrong = cell.asExpected === false ? ', not as expected' : '';
  if (cell.attempts === 0) return 'undecided';
  return `${cell.succeeded} of ${cell.attempts} connected, ${cell.rung}${time}${wrong}`;
}
