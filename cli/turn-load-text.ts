/** A load report for people: the verdict, then every step of every run with its counts. */
import type { LoadReport, LoadReportBody, LoadStep, StepOutcome } from '../contract/load-report.ts';
import { formatEndpoint } from '../stun/endpoint.ts';
import { deliveredRate } from '../turn/load/delivered.ts';
import { engineText } from '../turn/load/engine.ts';
import { percentText, timeText } from '../turn/load/figures.ts';
import { axisUnits, numberText, outcomeWords } from '../turn/load/headline.ts';
import { loadMeaning } from '../turn/load/meaning.ts';
import { loadHeatText } from './load-heat-text.ts';
import { marks, type Paint, type Style } from './style.ts';
import { renderTable } from './table.ts';
import { indented, wrap } from './wrap.ts';

const outcomeStyles: Readonly<Record<StepOutcome, Style>> = {
  carried: 'good',
  policy: 'limited',
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
  const { headline, target, axis, durationMs, host, engine } = body;
  const sizes = runsBySize(body);
  const lines = [
    ...wrap(`${marks[headline.status]} ${headline.sentence}`, width).map((line) =>
      paint(headline.status, line),
    ),
    `  ${formatEndpoint(target.endpoint)} over ${target.transport}${target.software === null ? '' : `, ${printable(target.software)}`}`,
  ];
  for (const line of loadMeaning(body)) lines.push(...indented(line, width));
  for (const { size, runs: ofSize } of sizes) {
    for (const [index, run] of ofSize.entries()) {
      const title = paint('bold', `${size}Run ${index + 1}, in ${axisUnits[axis]}`);
      lines.push('', title, stepTable(run.steps, { columns: columnsOfReport, width }, paint));
    }
  }
  const heat = loadHeatText(body, width, paint);
  if (heat.length > 0) lines.push('', ...heat);
  const steps = sizes.flatMap(({ runs }) => runs.flatMap((run) => run.steps));
  const reasons = steps.flatMap((step) => step.reasons);
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
    ...wrap(
      `Delays are round trips from the moment when a packet was due; ${(durationMs / 1000).toFixed(0)} s on ${host.processor}, ${host.cores} cores${engine === undefined ? '' : `, ${engineText(engine)}`}. ${tool.name} ${tool.version}`,
      width,
    ),
  );
  return `${lines.join('\n')}\n`;
}

interface StepColumnSpec {
  readonly head: string;
  readonly cell: (step: LoadStep, paint: Paint) => string;
}

type StepColumn =
  | 'offered'
  | 'carried'
  | 'outcome'
  | 'lost'
  | 'p50'
  | 'p99'
  | 'max'
  | 'samples'
  | 'late'
  | 'busy';

const stepColumns: Readonly<Record<StepColumn, StepColumnSpec>> = {
  offered: { head: 'offered', cell: ({ offered }) => numberText(offered) },
  carried: { head: 'carried', cell: (step) => numberText(deliveredRate(step)) },
  outcome: { head: '', cell: ({ outcome }, paint) => paint(outcomeStyles[outcome], outcomeWords[outcome]) },
  lost: { head: 'lost', cell: lossText },
  p50: { head: 'p50', cell: ({ roundTrip }) => timeText(roundTrip.p50Us) },
  p99: { head: 'p99', cell: ({ roundTrip }) => timeText(roundTrip.p99Us) },
  max: { head: 'max', cell: ({ roundTrip }) => timeText(roundTrip.maxUs) },
  samples: { head: 'samples', cell: ({ roundTrip }) => numberText(roundTrip.samples) },
  late: { head: 'sent late (p99)', cell: ({ generator }) => timeText(generator.lateness.p99Us) },
  busy: { head: 'busy', cell: ({ generator }) => percentText(generator.busyShare) },
};

/** The first of several sizes is the one that the report is about. */
function runsBySize({ runs, otherSizes = [], profile }: LoadReportBody) {
  const [first] = profile.traffic.sizes;
  const size = first === undefined ? '' : `${first} bytes: `;
  return [
    { size, runs },
    ...otherSizes.map((other) => ({ size: `${other.bytes} bytes: `, runs: other.runs })),
  ];
}

const columnsOfReport = [
  'offered',
  'outcome',
  'lost',
  'p50',
  'p99',
  'max',
  'samples',
  'late',
  'busy',
] as const satisfies readonly StepColumn[];

interface StepTable {
  readonly columns: readonly StepColumn[];
  /** Where they are called otherwise than usual. */
  readonly heads?: Partial<Record<StepColumn, string>>;
  readonly width?: number;
}

export function stepTable(
  steps: readonly LoadStep[],
  { columns: shown, heads, width }: StepTable,
  paint: Paint,
): string {
  return renderTable({
    head: shown.map((column) => paint('dim', heads?.[column] ?? stepColumns[column].head)),
    right: shown.flatMap((column, index) => (column === 'outcome' ? [] : [index])),
    rows: steps.map((step) => shown.map((column) => stepColumns[column].cell(step, paint))),
    ...(width !== undefined && { width }),
  });
}

/** Text from the network must not move the cursor. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '�');
}
