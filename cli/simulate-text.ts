/** A simulation for people: tables in words, every figure with its interval. */
import type {
  Answer,
  Estimated,
  LinkOutcome,
  RoomOutcome,
  SimulationReport,
  SimulationReportBody,
} from '../contract/simulation-report.ts';
import { linkNames } from '../simulate/link-names.ts';
import { percentText } from '../simulate/percent-text.ts';
import { marks, type Paint } from './style.ts';
import { renderTable } from './table.ts';
import { indented, wrap } from './wrap.ts';

const roomNames: Readonly<Record<RoomOutcome, string>> = {
  direct: 'all links direct',
  relay: 'some links over TURN',
  sfu: 'on the SFU',
  short: 'somebody misses somebody',
};
const figureNames: Readonly<Record<SimulationReportBody['published'][number]['figure'], string>> = {
  'pairs-direct': 'pairs that connect directly',
  'pairs-relayed': 'connected pairs that are relayed',
  'rooms-relayed': 'connected rooms with a relayed link',
};
const shownRows = 6;

export function simulateText({ body }: SimulationReport, width: number, paint: Paint): string {
  const { headline, population, rooms, seed } = body;
  const paragraph = (text: string) => indented(text, width);
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    renderTable({ head, rows, right: head.map((_, column) => column).slice(1), width });
  const traffic = trafficRows(body);
  const section = (title: string) => ['', paint('bold', title)];
  const lines = [
    ...wrap(`${marks[headline.status]} ${headline.sentence}`, width).map((line) =>
      paint(headline.status, line),
    ),
    '',
    ...paragraph(population.about.trim()),
    ...section('Two people who call each other'),
    table(['connect', 'share', '95 % by inputs'], pairRows(body)),
    ...section('Rooms'),
    table(['rooms', 'share', '95 % by inputs'], roomRows(body)),
  ];
  if (body.bySize.length > 1)
    lines.push('', renderTable({ head: sizeHead, right: [0, 1, 2, 3, 4], rows: sizeRows(body), width }));
  lines.push(
    ...section('Servers, for 1000 rooms'),
    ...(traffic.length === 0
      ? ['  Nothing passes them.']
      : [table(['', 'value', '95 % by inputs'], traffic)]),
    ...section('Who has it hard'),
    table(['endpoint', 'share', 'direct', 'relayed', 'not at all'], endpointRows(body)),
  );
  const { changes, sensitivity, published } = body;
  if (changes.length > 0) {
    const rows = changes.map(({ change, answer }) => [change, ...answerCells(answer, body)]);
    rows.unshift(['as it is', ...answerCells(body.answer, body)]);
    lines.push(...section('What would help most'), table(answerHead, rows));
  }
  const moving = sensitivity.filter(movesAnything);
  if (moving.length > 0) {
    const rows = moving.slice(0, shownRows).map((row) => sensitivityCells(row));
    const head = ['one input from … to …', 'direct', 'relayed', 'not at all', 'median', 'cost'];
    lines.push(...section('What the answer hangs on'), table(head, rows));
    const more = moving.length - shownRows;
    if (more > 0) lines.push(paint('dim', `  ${more} more that matter less are in --json.`));
  }
  for (const each of published) lines.push('', ...publishedLines(each, width, paint));
  lines.push('', ...headline.advice.flatMap((advice) => paragraph(`→ ${advice}`)));
  const drawn = `${rooms.toLocaleString('en')} rooms drawn, seed ${seed}; drawing alone puts rooms off by at most ${points(body)} points.`;
  lines.push(...[drawn, ...body.notes].flatMap(paragraph).map((line) => paint('dim', line)));
  return `${lines.join('\n')}\n`;
}

function pairRows({ pairs }: SimulationReportBody): string[][] {
  const outcomes = Object.entries(pairs.outcomes) as [LinkOutcome, Estimated][];
  const times = new Map(pairs.pathMs.map(({ path, medianMs }) => [path as LinkOutcome, medianMs]));
  const rows = outcomes
    .filter(([, { inputs }]) => inputs[1] > 0)
    .map(([outcome, share]) => {
      const ms = times.get(outcome);
      const time = ms === undefined ? '' : `, median ${Math.round(ms)} ms`;
      return [`${linkNames[outcome]}${time}`, ...shareCells(share)];
    });
  if (pairs.connectMs === null) return rows;
  const { p50, p95 } = pairs.connectMs;
  return [...rows, ['time to connect, median', ...cells(p50, ms)], ['… 95th percentile', ...cells(p95, ms)]];
}

function roomRows({ roomOutcomes }: SimulationReportBody): string[][] {
  const outcomes = Object.entries(roomOutcomes) as [RoomOutcome, Estimated][];
  return outcomes
    .filter(([, { inputs }]) => inputs[1] > 0)
    .map(([outcome, share]) => [roomNames[outcome], ...shareCells(share)]);
}

const verdicts = {
  fits: { style: 'good', words: 'fits' },
  overlaps: { style: 'limited', words: 'only the interval reaches it' },
  misses: { style: 'bad', words: 'does not fit' },
} as const;

function publishedLines(
  { figure, low, high, simulated, verdict, source }: SimulationReportBody['published'][number],
  width: number,
  paint: Paint,
): string[] {
  const { style, words } = verdicts[verdict];
  const [from, to] = simulated.inputs;
  const text =
    `${marks[style]} Published: ${percentText(low)} to ${percentText(high)} of ${figureNames[figure]} (${source}). ` +
    `Here ${percentText(simulated.value)} (${percentText(from)} to ${percentText(to)}): ${words}.`;
  return wrap(text, width).map((line) => paint(style, line));
}

const sizeHead = ['participants', 'all direct', 'some TURN', 'SFU', 'somebody missed'];

function sizeRows({ bySize }: SimulationReportBody): string[][] {
  return bySize.map(({ participants, outcomes: { direct, relay, sfu, short } }) => [
    String(participants),
    ...[direct, relay, sfu, short].map(percentText),
  ]);
}

function trafficRows({ traffic, population }: SimulationReportBody): string[][] {
  const names: Readonly<Record<keyof typeof traffic, string>> = {
    turnGb: 'out of TURN, GB',
    sfuGb: 'out of the SFU, GB',
    turnCoreHours: 'processor of TURN, core hours',
    sfuCoreHours: 'processor of the SFU, core hours',
    cost: `traffic, ${population.prices.currency}`,
  };
  const rows = Object.entries(traffic) as [keyof typeof traffic, Estimated][];
  return rows
    .filter(([, { inputs }]) => inputs[1] > 0)
    .map(([name, figure]) => [names[name], ...cells(figure, amount)]);
}

function endpointRows({ endpoints }: SimulationReportBody): string[][] {
  return endpoints
    .toSorted((a, b) => a.direct - b.direct)
    .map(({ name, share, direct, relayed, failed }) => [
      name,
      ...[share, direct, relayed, failed].map(percentText),
    ]);
}

const answerHead = ['change', 'direct', 'relayed', 'not at all', 'cost'];

function answerCells({ pairsDirect, pairsRelayed, pairsFailed, cost }: Answer, body: SimulationReportBody) {
  const shares = [pairsDirect, pairsRelayed, pairsFailed].map(percentText);
  return [...shares, `${amount(cost)} ${body.population.prices.currency}`];
}

function sensitivityCells({ input, low, high }: SimulationReportBody['sensitivity'][number]): string[] {
  const span = (text: (answer: Answer) => string) => `${text(low.answer)} … ${text(high.answer)}`;
  return [
    `${input}: ${low.value} … ${high.value}`,
    span(({ pairsDirect }) => percentText(pairsDirect)),
    span(({ pairsRelayed }) => percentText(pairsRelayed)),
    span(({ pairsFailed }) => percentText(pairsFailed)),
    span(({ connectMs }) => (connectMs === null ? '–' : ms(connectMs))),
    span(({ cost }) => amount(cost)),
  ];
}

function movesAnything({ low, high }: SimulationReportBody['sensitivity'][number]): boolean {
  return (Object.keys(low.answer) as (keyof Answer)[]).some((key) => low.answer[key] !== high.answer[key]);
}

function shareCells(share: Estimated): string[] {
  return cells(share, percentText);
}

function cells({ value, inputs }: Estimated, text: (value: number) => string): string[] {
  return [text(value), `${text(inputs[0])} to ${text(inputs[1])}`];
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

/** Three figures are more than anybody knows. */
function amount(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 });
}

function points({ roomOutcomes }: SimulationReportBody): string {
  const widths = Object.values(roomOutcomes).map(({ value, drawing }) =>
    drawing === null ? 0 : Math.max(drawing[1] - value, value - drawing[0]),
  );
  return (100 * Math.max(...widths)).toFixed(2);
}
