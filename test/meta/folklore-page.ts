/** docs/folklore-80-20.md: "80 % STUN, 20 % TURN" held against the presets of `polynya simulate` and published totals. */
import { loadPopulation, presetNames } from '../../cli/load-population.ts';
import { type Population, populationSchema } from '../../contract/population.ts';
import { evaluate, tableOf } from '../../simulate/evaluate.ts';
import { uncertainInputs } from '../../simulate/inputs.ts';
import { inputShifts, withInterval } from '../../simulate/intervals.ts';
import { weightsOf } from '../../simulate/kinds.ts';
import { outcomeIndex } from '../../simulate/links.ts';
import { PairCells } from '../../simulate/pair-cells.ts';
import { callShares } from '../../simulate/pair-shares.ts';
import { percentText } from '../../simulate/percent-text.ts';

/** The saying, with as much slack as a saying has. */
const said = { low: 0.15, high: 0.25 } as const;
const seed = 1;

interface Total {
  readonly who: string;
  /** Share that did not connect directly. */
  readonly text: string;
  readonly low: number;
  readonly high: number;
  readonly kind: 'measured' | 'of a vendor' | 'a saying';
}

/** Totals that others give, as research and vendors wrote them; those in the presets are marked there with their sources. */
const totals: readonly Total[] = [
  {
    who: 'callstats.io, December 2015: conferences in browsers that need a relay',
    text: '22 %',
    low: 0.22,
    high: 0.22,
    kind: 'measured',
  },
  {
    who: 'Hancke, appear.in, August 2017: connected calls of two in Chrome, 10 million',
    text: '17.7 %',
    low: 0.177,
    high: 0.177,
    kind: 'measured',
  },
  {
    who: 'Protocol Labs, December 2022: hole punching between peers of IPFS, 6.25 million attempts',
    text: 'about 30 %',
    low: 0.3,
    high: 0.3,
    kind: 'measured',
  },
  {
    who: 'Trautwein et al. 2025 (arXiv 2510.27500): the same network, 4.4 million attempts',
    text: '30 % ± 7.1',
    low: 0.229,
    high: 0.371,
    kind: 'measured',
  },
  {
    who: 'Halkes and Pouwelse 2010/11: attempts between peers of BitTorrent behind NATs that can be punched',
    text: 'under 20 %',
    low: 0,
    high: 0.2,
    kind: 'measured',
  },
  {
    who: 'Tailscale 2025: its own fleet, with IPv6, port mapping and port prediction',
    text: 'well under 10 %',
    low: 0,
    high: 0.1,
    kind: 'of a vendor',
  },
  { who: 'Twilio, second-hand', text: 'about 15 %', low: 0.15, high: 0.15, kind: 'of a vendor' },
  {
    who: 'bloggeek.me 2020, and many others before and after',
    text: 'about 20 %',
    low: 0.2,
    high: 0.2,
    kind: 'a saying',
  },
];

const sharesOfSymmetric = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3] as const;
const sharesOfIpv6 = [0, 0.25, 0.5, 0.75, 1] as const;
const sizes = [2, 3, 4, 6, 8] as const;

export function renderFolklorePage(): string {
  const cells = new PairCells();
  const presets = presetNames().map((name) => presetRow(loadPopulation(name), cells));
  return [
    '# “80 % STUN, 20 % TURN”: for whom it holds',
    '',
    'Everybody who plans a WebRTC service hears that four of five connections come about directly and one needs TURN. Here the',
    'saying is held against what others have measured and against the presets of [`polynya simulate`](simulate.md). It is taken to',
    `hold where ${percentText(said.low)} to ${percentText(said.high)} of the pairs do not connect directly.`,
    '',
    '**In short**: it held for calls in browsers from 2015 to 2017, when the networks were mostly homes with some phones. It is too',
    'gloomy for people at home, too rosy for a public service of today with phones and offices in it, and far too rosy for offices',
    'alone. It is a figure about *pairs*: of rooms with more than two people, more need a relay. Take your own mix:',
    '`polynya simulate --from` counts it from your reports.',
    '',
    '## What others say',
    '',
    '| | not direct | | the saying |',
    '|---|--:|---|---|',
    ...totals.map(
      ({ who, text, low, high, kind }) => `| ${who} | ${text} | ${kind} | ${verdictOf(low, high)} |`,
    ),
    '',
    'What is “of a vendor” cannot be checked. Of interval and saying: “may hold” where only a part of the interval lies in it.',
    '',
    '## What the presets say',
    '',
    'Two people who call each other, drawn from one preset. The interval is that of the inputs that are not known exactly.',
    '',
    '| preset | not direct | 95 % by inputs | the saying |',
    '|---|--:|--:|---|',
    ...presets,
    '',
    '## Of what it hangs on',
    '',
    'Share of pairs that do not connect directly, by the share of symmetric NATs (all others keep one mapping and filter by',
    'address and port) and the share of people with IPv6 behind a stateful firewall.',
    '',
    `| symmetric | ${sharesOfIpv6.map((share) => `IPv6 ${percentText(share)}`).join(' | ')} |`,
    `|---|${sharesOfIpv6.map(() => '--:|').join('')}`,
    ...sharesOfSymmetric.map(
      (symmetric) =>
        `| ${percentText(symmetric)} | ${sharesOfIpv6.map((ipv6) => bold(notDirect(twoKinds(symmetric, ipv6), cells))).join(' | ')} |`,
    ),
    '',
    'Bold: the saying holds. Without IPv6 it takes about one symmetric NAT in ten; who has UDP blocked counts as one.',
    '',
    '## Rooms are not pairs',
    '',
    'Share of rooms in which at least one link is not direct, when everybody connects with everybody (a mesh).',
    '',
    `| preset | ${sizes.map((size) => `${size} people`).join(' | ')} |`,
    `|---|${sizes.map(() => '--:|').join('')}`,
    ...['home', 'everyday', 'calls-2017', 'cellular', 'corporate'].map((name) =>
      roomRow(loadPopulation(name), cells),
    ),
    '',
    'Written by `npm run docs:folklore`.',
    '',
  ].join('\n');
}

function presetRow(population: Population, cells: PairCells): string {
  const table = tableOf(population, cells);
  const value = callShares(table, weightsOf(population))[outcomeIndex.direct] ?? 0;
  const shift = inputShifts(population, table, uncertainInputs(population), seed).get('pair direct');
  const { inputs } = withInterval({ value, drawing: null, highest: 1 }, shift);
  const [low, high] = [1 - inputs[1], 1 - inputs[0]];
  const verdict = holds(1 - value) ? 'holds' : verdictOf(low, high);
  const interval = low === high ? '–' : `${percentText(low)} to ${percentText(high)}`;
  return `| \`${population.name}\` | ${percentText(1 - value)} | ${interval} | ${verdict} |`;
}

function holds(share: number): boolean {
  return said.low <= share && share <= said.high;
}

function verdictOf(low: number, high: number): string {
  if (low === high && holds(low)) return 'holds';
  if (high < said.low) return 'too gloomy';
  if (low > said.high) return 'too rosy';
  return 'may hold';
}

function notDirect(population: Population, cells: PairCells): number {
  return 1 - (callShares(tableOf(population, cells), weightsOf(population))[outcomeIndex.direct] ?? 0);
}

function bold(share: number): string {
  return holds(share) ? `**${percentText(share)}**` : percentText(share);
}

function twoKinds(symmetric: number, ipv6: number): Population {
  const source = 'varied for the table';
  const kind = (like: 'home-router' | 'symmetric', value: number) => ({
    share: { value, source },
    behind: [{ nat: { like } }],
    ipv6: { share: { value: ipv6, source } },
  });
  return populationSchema.parse({
    name: 'two-kinds',
    about: 'Home routers and symmetric NATs.',
    endpoints: { home: kind('home-router', 1 - symmetric), symmetric: kind('symmetric', symmetric) },
    paths: ['direct'],
  });
}

const roomsDrawn = 20_000;

function roomRow(preset: Population, cells: PairCells): string {
  const population: Population = {
    ...preset,
    rooms: { ...preset.rooms, sizes: Object.fromEntries(sizes.map((size) => [size, 1])) },
    paths: ['direct'],
  };
  const { bySize } = evaluate(population, tableOf(population, cells), { rooms: roomsDrawn, seed }).tally;
  // Without another path a room is direct, or somebody misses somebody.
  const shares = bySize.map(({ rooms, outcomes: [direct = 0] }) => percentText(1 - direct / rooms));
  return `| \`${preset.name}\` | ${shares.join(' | ')} |`;
}
