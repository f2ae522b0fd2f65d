/** docs/simulate-lab.md. */
import type { LinkOutcome } from '../../contract/simulation-report.ts';
import { linkNames } from '../../simulate/link-names.ts';
import { percentText } from '../../simulate/percent-text.ts';
import { type JudgedSample, pointsOff, type Target, type TypeRow } from './judge-sample.ts';

export interface Measurement {
  readonly date: string;
  readonly machine: string;
  readonly versions: readonly string[];
  readonly agent: string;
  readonly server: string;
  readonly seconds: number;
  readonly seed: number;
}

export function renderSimulateLab(
  samples: readonly JudgedSample[],
  targets: readonly Target[],
  { date, machine, versions, agent, server, seconds, seed }: Measurement,
): string {
  return [
    '# The simulator of populations against kernel NATs',
    '',
    '`polynya simulate` ([simulate.md](simulate.md)) computes how pairs of a population connect. Here pairs are drawn from the',
    'mix of a preset and every one of them is tried by real agents through kernel NATs ([lab.md](lab.md)): first directly,',
    'those that fail over the next path of the preset, and so on. Written by `npm run simulate-lab`.',
    '',
    `${date}, ${machine}; ${versions.join(', ')}; ${agent}; ${server}. Seed ${seed}, ${Math.round(seconds)} s.`,
    '',
    'The sample is systematic: kinds of pairs stand in a row, those with the same simulated outcome side by side, and every',
    'n-th part of the row gives one pair, from a random start. Each outcome is drawn in proportion to its share, so what is',
    'left between the columns is where lab and simulator differ, not the luck of the draw. The interval is Wilson’s at 95 %,',
    'as if pairs had been drawn one by one. Pairs that call over the SFU only are not tried; the presets have next to none.',
    '',
    ...samples.flatMap(sampleLines),
    '## Targets',
    '',
    '| | | |',
    '|---|---|---|',
    ...targets.map(({ name, value, met }) => `| ${name} | ${value} | ${met ? 'met' : '**missed**'} |`),
    '',
    '## What this shows, and what it does not',
    '',
    'The mix is the preset’s, so the page checks the rules by which networks meet and the arithmetic over them, not whether the',
    'preset is like any real population: for that see the published totals in [simulate.md](simulate.md) and',
    '[folklore-80-20.md](folklore-80-20.md).',
    '',
  ].join('\n');
}

function sampleLines({ population, drawn, undecided, faults, rows, types }: JudgedSample): string[] {
  const share = (value: number) => percentText(value);
  const differing = types.filter(({ otherwise }) => Object.keys(otherwise).length > 0);
  return [
    `## ${population}`,
    '',
    `${drawn} pairs of ${types.length} kinds; attempts that the harness spoiled: ${faults}, undecided in the end: ${undecided}.`,
    '',
    '| connect | simulated | of the drawn pairs | measured | pairs | 95 % | difference |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...rows.map((row) => {
      const [low, high] = row.interval;
      const cells = [
        linkNames[row.outcome],
        share(row.simulated),
        share(row.simulatedOfDrawn),
        share(row.measured),
        row.pairs,
        `${share(low)} to ${share(high)}`,
        `${signed(pointsOff(row))} points`,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    ...(differing.length === 0
      ? ['No pair connected otherwise than the simulator says.', '']
      : [
          'Pairs that connected otherwise than the simulator says:',
          '',
          ...differing.map((row) => `- ${differenceText(row)}`),
          '',
        ]),
  ];
}

function differenceText({ names: [a, b], drawn, simulated, otherwise }: TypeRow): string {
  const measured = Object.entries(otherwise).map(
    ([outcome, count]) => `${count} of ${drawn} ${linkNames[outcome as LinkOutcome]}`,
  );
  return `${a} with ${b}: simulated ${linkNames[simulated]}; measured ${measured.join(', ')}.`;
}

function signed(points: number): string {
  const text = points.toFixed(2);
  return points > 0 ? `+${text}` : text.replace('-', '−');
}
