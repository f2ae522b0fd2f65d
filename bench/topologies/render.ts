/** docs/topologies.md from comparisons of several sizes. Pure. */
import { type Beside, type Figure, isProcessorTime, modelBeside } from '../../compare/beside.ts';
import { calibrate } from '../../compare/calibrate.ts';
import { measuredCosts, type ProcessorCosts } from '../../compare/constants.ts';
import { crossings } from '../../compare/crossings.ts';
import { mediaRates } from '../../compare/media-rates.ts';
import { summarize } from '../../compare/summary.ts';
import type { ComparePath } from '../../contract/compare-path.ts';
import type { CompareReport } from '../../contract/comparison.ts';
import { browsers } from './measure-room.ts';

export interface Conditions {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly machine: string;
  readonly versions: readonly string[];
  readonly minutes: number;
}

export interface SizedBeside extends Beside {
  readonly participants: number;
  /** The processor times were fitted to this room, so it proves nothing about them. */
  readonly isFitted: boolean;
}

export interface Bound {
  readonly name: string;
  /** Largest error, without its sign; null: not measured, because no row counts. */
  readonly worst: number | null;
  readonly bound: number;
}

export function isMet({ worst, bound }: Bound): boolean {
  return worst !== null && worst <= bound;
}

export interface Judged {
  readonly rows: readonly SizedBeside[];
  readonly costs: ProcessorCosts;
  readonly bounds: readonly Bound[];
}

/** Processor times are fitted to the rooms of these sizes only; the others are predicted. */
const fittedSizes = [2, 4, 8];
const pathNames: Readonly<Record<ComparePath, string>> = {
  mesh: 'mesh',
  sfu: 'SFU, embedded',
  'sfu-janus': 'SFU, Janus',
  mcu: 'audio MCU, Janus',
  'relay-udp': 'relay over UDP',
  'relay-tcp': 'relay over TCP',
  'relay-tls': 'relay over TLS',
};
const figureNames: Readonly<Record<Figure, string>> = {
  up: 'up, each',
  down: 'down, each',
  'server-out': 'server, out',
  'turn-out': 'TURN, out',
  'client-cpu': 'CPU, each',
  'server-cpu': 'CPU, server',
  'turn-cpu': 'CPU, TURN',
};

export function judgeTopologies(reports: readonly CompareReport[]): Judged {
  const cells = reports.flatMap(({ body }) =>
    summarize(body)
      .filter(({ complete, cpuLimited }) => complete > 0 && cpuLimited === 0)
      .map((summary) => ({ plan: body.plan, summary })),
  );
  const costs = calibrate(
    cells.filter(({ plan }) => fittedSizes.includes(plan.participants)),
    measuredCosts,
  );
  const rows = cells.flatMap(({ plan, summary }) =>
    modelBeside(plan, [summary], costs).map((row): SizedBeside => {
      const { participants } = plan;
      return {
        ...row,
        participants,
        isFitted: isProcessorTime(row.figure) && fittedSizes.includes(participants),
      };
    }),
  );
  const worst = (holds: (row: SizedBeside) => boolean): number | null => {
    const errors = rows.filter((row) => holds(row) && !row.isFitted).map(({ error }) => Math.abs(error));
    return errors.length === 0 ? null : Math.max(...errors);
  };
  return {
    rows,
    costs,
    bounds: [
      { name: 'bandwidth', worst: worst(({ figure }) => !isProcessorTime(figure)), bound: 0.1 },
      { name: 'processor time', worst: worst(({ figure }) => isProcessorTime(figure)), bound: 0.25 },
    ],
  };
}

export function worstText({ worst }: Bound): string {
  return worst === null ? 'not measured' : percent(worst);
}

export function renderTopologies(
  reports: readonly CompareReport[],
  { rows, costs, bounds }: Judged,
  { date, machine, versions, minutes }: Conditions,
): string {
  const sizes = reports.map(({ body }) => body.plan.participants);
  const [plan] = reports.map(({ body }) => body.plan);
  const media = plan?.media;
  return `${[
    '# Topologies: the model beside the measurement',
    `<!-- Made by \`npm run topologies\`; do not edit. -->`,
    `What a room costs over each path, counted by the [cost model](../compare/cost-model.ts) from the plan alone, and measured with
browsers. The model is what the sliders of the Compare page run on, so its error is printed here.`,
    media === undefined
      ? ''
      : `Rooms of ${sizes.join(', ')}: ${browsers} Chromium browsers, and bots for the rest. Each sends ${media.widthPx}×${media.heightPx} at ${media.framesPerSec} pictures a second, at most
${media.maxVideoKbps} kbit/s, ${media.audio ? 'and a tone' : 'no sound'}. ${plan?.repeats} runs of each path in an order drawn by lot, ${plan?.warmUpSec} s of warm-up, ${plan?.holdSec} s measured; medians over runs, means
over participants, processor time over the browsers. All share the processor: ${machine}. ${versions.join(', ')}; ${date}, ${minutes.toFixed(0)} min.`,
    `**Bandwidth is not fitted to anything**: bitrate cap, packets, headers, number of streams. **Processor times are fitted** to
the rooms of ${fittedSizes.join(' and ')} and predicted for the others; fitted rows are marked * and do not count. What a packet costs a
server under load is no part of the fit: small rooms do not show it, because in them a server mostly sleeps, and being woken
costs more than the packet. It was measured apart (\`npm run bench -- sfu\`; coturn by \`polynya turn load\`).`,
    table(
      ['held to', 'bound', 'largest error'],
      bounds.map((each) => [
        each.name,
        percent(each.bound),
        `${worstText(each)}${isMet(each) ? '' : ' (missed)'}`,
      ]),
    ),
    '## Bandwidth',
    besideTable(
      rows.filter(({ figure }) => !isProcessorTime(figure)),
      (value) => `${Math.round(value)} kbit/s`,
    ),
    '## Processor time',
    '100 % is one core.',
    besideTable(
      rows.filter(({ figure }) => isProcessorTime(figure)),
      (value) => `${value.toFixed(1)} %`,
    ),
    '## What was not complete',
    incomplete(reports),
    '## Processor times of the model',
    table(['what', 'percent of a core'], costRows(costs)),
    ...(media === undefined ? [] : ['## Where the paths cross', crossingLines(costs, mediaRates(media))]),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function besideTable(rows: readonly SizedBeside[], read: (value: number) => string): string {
  if (rows.length === 0) return 'Nothing was measured.';
  const sorted = rows.toSorted((a, b) => a.path.localeCompare(b.path) || a.participants - b.participants);
  return table(
    ['path', 'N', 'figure', 'model', 'measured', 'error'],
    sorted.map(({ path, participants, figure, model, measured, error, isFitted }) => [
      pathNames[path],
      String(participants),
      figureNames[figure],
      read(model),
      read(measured),
      `${error > 0 ? '+' : ''}${percent(error)}${isFitted ? ' *' : ''}`,
    ]),
  );
}

/** Runs that fell short, that the tool spoiled, or in which the processor was the limit: nothing is left out in silence. */
function incomplete(reports: readonly CompareReport[]): string {
  const lines = reports.flatMap(({ body }) => [
    ...body.skipped.map(
      ({ path, reason }) => `- ${pathNames[path]}, N = ${body.plan.participants}: ${reason}`,
    ),
    ...summarize(body).flatMap(({ path, runs, complete, faults, cpuLimited }) => {
      const told = [
        ...(complete < runs ? [`${complete} of ${runs} runs connected everybody`] : []),
        ...(faults > 0 ? [`${faults} tries were spoiled by the tool`] : []),
        ...(cpuLimited > 0
          ? [
              `in ${cpuLimited} ${cpuLimited === 1 ? 'run' : 'runs'} the processor held an encoder back, so the row is left out`,
            ]
          : []),
      ];
      return told.length === 0
        ? []
        : [`- ${pathNames[path]}, N = ${body.plan.participants}: ${told.join('; ')}`];
    }),
  ]);
  return lines.length === 0 ? 'Every run of every path connected everybody.' : [...new Set(lines)].join('\n');
}

function crossingLines(costs: ProcessorCosts, rates: ReturnType<typeof mediaRates>): string {
  const limits = { upKbps: 5_000, downKbps: 20_000, cpuPercent: 100 };
  const found = crossings({ rates, limits, relayedShare: 0.2, shown: Number.POSITIVE_INFINITY }, costs);
  const from = (number: number | null): string =>
    number === null ? 'never, up to 1 000' : `from ${number} on`;
  return [
    `- A participant works more in a mesh than with the SFU: ${from(found.clientCpu)}.`,
    `- A mesh ends at ${found.mesh.participants} participants (5 Mbit/s up, 20 down, one core; what ends it: ${found.mesh.bound ?? 'nothing'}).`,
    `- With sound only, mixing takes less of the server than forwarding: ${from(found.audioServerCpu)}.`,
    `- A mesh of which 20 % is relayed costs more traffic than the SFU: ${from(found.paidTraffic)}.`,
  ].join('\n');
}

/** `client.base` and so on. */
function costRows(costs: object, prefix = ''): string[][] {
  return Object.entries(costs).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? costRows(value, `${prefix}${name}.`)
      : [[`\`${prefix}${name}\``, Number(value).toFixed(3)]],
  );
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
