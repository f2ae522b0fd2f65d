/** A load report for people: the verdict, then every step of every run with its counts. */
import type { LoadCapacity } from '../contract/load-capacity.ts';
import type { LoadPart } from '../contract/load-parts.ts';
import type { LoadAxis } from '../contract/load-profile.ts';
import type {
  LoadComparison,
  LoadReport,
  LoadRun,
  LoadStep,
  LoadTimes,
  StepOutcome,
} from '../contract/load-report.ts';
import { formatEndpoint } from '../stun/endpoint.ts';
import { percentText, timeText } from '../turn/load/figures.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { marks, type Paint, type Style } from './style.ts';
import { renderTable } from './table.ts';
import { wrap } from './wrap.ts';

const outcomeWords: Readonly<Record<StepOutcome, string>> = {
  carried: 'carried',
  loss: 'lost too many',
  latency: 'too slow',
  'target-failed': 'server failed',
  'generator-limited': 'generator-limited',
};
const outcomeStyles: Readonly<Record<StepOutcome, Style>> = {
  carried: 'good',
  loss: 'bad',
  latency: 'bad',
  'target-failed': 'bad',
  'generator-limited': 'unknown',
};

function lossText({ lossPercent }: LoadStep): string {
  return `${Number(lossPercent.toPrecision(2))} %`;
}

/** One step in one line. */
export function stepText(step: LoadStep): string {
  const { roundTrip, outcome } = step;
  return `${outcomeWords[outcome]}, ${lossText(step)} lost, p50 ${timeText(roundTrip.p50Us)}, p99 ${timeText(roundTrip.p99Us)}, ${numberText(roundTrip.samples)} samples`;
}

export function loadReportText({ body, tool }: LoadReport, width: number, paint: Paint): string {
  const { headline, target, runs, verdict, axis, durationMs, host } = body;
  const lines = [
    ...wrap(`${marks[headline.status]} ${headline.sentence}`, width).map((line) =>
      paint(headline.status, line),
    ),
    `  ${formatEndpoint(target.endpoint)} over ${target.transport}${target.software === null ? '' : `, ${printable(target.software)}`}`,
  ];
  if (axis === 'packets' && verdict.carried !== null) {
    lines.push(
      `  ${numberText(verdict.carried)} packets/s each way are ${numberText(2 * verdict.carried)} relayed packets/s, about ${numberText(verdict.streams ?? 0)} streams of the mix at once.`,
    );
  }
  if (body.parts !== undefined) lines.push(`  ${partsText(body.parts)}`);
  if (body.capacity !== undefined) lines.push(...capacityLines(body.capacity, width));
  if (body.comparison !== undefined) lines.push(`  ${comparisonText(body.comparison, axis)}`);
  for (const [index, run] of runs.entries()) {
    lines.push('', paint('bold', `Run ${index + 1}`), runTable(run, axis, paint));
  }
  const reasons = runs.flatMap(({ steps }) => steps.flatMap((step) => step.reasons));
  if (reasons.length > 0) {
    lines.push('', paint('bold', 'Where the generator was the limit'));
    for (const sentence of new Set(reasons.map((reason) => reason.sentence)))
      lines.push(...wrap(sentence, width - 4).map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`)));
  }
  if (headline.advice.length > 0) {
    lines.push('', paint('bold', 'What to do next'));
    for (const [i, advice] of headline.advice.entries())
      lines.push(
        ...wrap(advice, width - 5).map((line, at) => `${at === 0 ? `  ${i + 1}. ` : '     '}${line}`),
      );
  }
  lines.push(
    '',
    `Delays are round trips from the moment when a packet was due; ${(durationMs / 1000).toFixed(0)} s on ${host.processor}, ${host.cores} cores. ${tool.name} ${tool.version}`,
  );
  return `${lines.join('\n')}\n`;
}

function partsText(parts: readonly LoadPart[]): string {
  const [first] = parts;
  return `Joined from ${parts.length} parts that began at ${first?.startAt ?? ''}.`;
}

function capacityLines({ calls, assumption, firstLimit }: LoadCapacity, width: number): string[] {
  const sentences = [
    ...(calls === null ? [] : [`About ${numberText(calls)} calls of this kind. ${assumption}`]),
    `First limit: ${firstLimit.sentence}`,
  ];
  return sentences.flatMap((sentence) => wrap(sentence, width - 2).map((line) => `  ${line}`));
}

function comparisonText(
  { before, after, pValue, change, isDecidable }: LoadComparison,
  axis: LoadAxis,
): string {
  const figures = `${numberText(before)} → ${numberText(after)} ${axisUnits[axis]}`;
  if (!isDecidable) return `Against the baseline: ${figures}; too few runs to tell a difference from chance.`;
  const chance = `p = ${Number(pValue.toPrecision(2))}`;
  if (change === 'none') return `Against the baseline: ${figures}; no more than chance (${chance}).`;
  return `Against the baseline: ${figures}; it carries ${change} (${chance}).`;
}

function runTable({ steps }: LoadRun, axis: LoadAxis, paint: Paint): string {
  const head = [axisUnits[axis], '', 'lost', 'p50', 'p99', 'max', 'samples', 'sent late (p99)', 'busy'];
  return renderTable({
    head: head.map((name) => paint('dim', name)),
    right: [0, 2, 3, 4, 5, 6, 7, 8],
    rows: steps.map((step) => [
      numberText(step.offered),
      paint(outcomeStyles[step.outcome], outcomeWords[step.outcome]),
      lossText(step),
      ...timeCells(step.roundTrip),
      numberText(step.roundTrip.samples),
      timeText(step.generator.lateness.p99Us),
      percentText(step.generator.busyShare),
    ]),
  });
}

function timeCells({ p50Us, p99Us, maxUs }: LoadTimes): string[] {
  return [p50Us, p99Us, maxUs].map(timeText);
}

/** Text from the network must not move the cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
