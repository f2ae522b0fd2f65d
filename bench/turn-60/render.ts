/** docs/turn-60.md from the outcomes. */
import { type FaultArea, faultAreas } from '../../scenarios/catalog/turn-faults/index.ts';
import type { Remedy, TurnFault } from '../../scenarios/catalog/turn-faults/turn-fault.ts';
import { inherent } from './judge.ts';
import { isFound, isWhole, type Outcome } from './outcome.ts';

export interface Conditions {
  /** YYYY-MM-DD. */
  readonly date: string;
  /** `coturn 4.6.1` and so on. */
  readonly versions: readonly string[];
  readonly seconds: number;
}

type Outcomes = ReadonlyMap<string, Outcome>;

export interface Target {
  readonly name: string;
  readonly reached: number;
  readonly of: number;
  readonly wanted: number;
}

/** Rounded up: 57 of 60 is the bar, and the catalogue is longer. */
const share = (of: number) => Math.ceil((57 / 60) * of);

export function targetsOf(faults: readonly TurnFault[], outcomes: Outcomes): Target[] {
  const all = faults.flatMap(({ id }) => outcomes.get(id) ?? []);
  const inFile = faults.filter(({ remedy }) => remedy.outside === undefined);
  const ofFile = inFile.flatMap(({ id }) => outcomes.get(id) ?? []);
  const count = (rows: readonly Outcome[], holds: (row: Outcome) => boolean) => rows.filter(holds).length;
  return [
    {
      name: 'found, by every tool that can see it, and nothing else is called a failure',
      reached: count(all, isFound),
      of: faults.length,
      wanted: share(faults.length),
    },
    {
      name: 'found, and the printed fix names what has to be done',
      reached: count(all, (row) => isFound(row) && row.named),
      of: faults.length,
      wanted: share(faults.length),
    },
    {
      name: 'mended in the file by following the fix: restarted, asked again, content',
      reached: count(ofFile, ({ mended }) => mended),
      of: inFile.length,
      wanted: share(inFile.length),
    },
    {
      name: 'mended as the fix says, inside or outside of the file',
      reached: count(all, ({ mended }) => mended),
      of: faults.length,
      wanted: share(faults.length),
    },
    {
      name: 'no secret in anything that is printed or written',
      reached: count(all, ({ masked }) => masked),
      of: faults.length,
      wanted: faults.length,
    },
  ];
}

const head = [
  'fault',
  'what the operator did',
  '`turn check`',
  '`turn lint`',
  'the fix that is named',
  'mended',
];

/** What the page says of a fault before anything has run. */
export function fixedCells({ id, did, check, lint, remedy }: TurnFault): string[] {
  return [
    `\`${id}\``,
    did,
    check === null ? '–' : `${check.id}${check.status === 'warned' ? ' (warning)' : ''}`,
    lint === null ? '–' : `\`${lint}\``,
    fixText(remedy),
  ];
}

function fixText({ by, lintFix, drop = [], set = [], outside }: Remedy): string {
  const options = (lines: readonly string[]) =>
    [...new Set(lines.map((line) => `\`${line.split('=', 1)[0]}\``))].join(', ');
  const parts = [
    ...(lintFix === true ? ['`turn lint --fix`'] : []),
    ...(drop.length === 0 ? [] : [`${options(drop)} out`]),
    ...(set.length === 0 ? [] : [`${options(set)} written`]),
    ...(outside === undefined ? [] : [`outside of the file: ${outside.words.join(', ')}`]),
  ];
  return `${parts.join('; ')} (${by})`;
}

export function renderTurn60(outcomes: Outcomes, conditions: Conditions): string {
  const faults = faultAreas.flatMap((area) => area.faults);
  const targets = targetsOf(faults, outcomes);
  const sections = [
    '# TURN-60: broken TURN servers, and what the tools say of them',
    intro(faults.length, conditions),
    '## Targets',
    table(
      ['target', 'reached', 'bar', ''],
      targets.map(({ name, reached, of, wanted }) => [
        name,
        `${reached} of ${of}`,
        String(wanted),
        reached >= wanted ? 'met' : '**missed**',
      ]),
    ),
    '## Not as it should be',
    misses(faults, outcomes),
    ...faultAreas.flatMap((area) => [`## ${area.title}`, areaTable(area, outcomes)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function intro(count: number, { date, versions, seconds }: Conditions): string {
  return [
    `Made by \`npm run turn-60\` on ${date} in ${Math.round(seconds)} s, with ${versions.join(', ')}. ${count} faults, each a change of one hardened server (\`scenarios/catalog/turn-faults/\`), run in network namespaces of their own as Debian’s unit runs coturn. Nothing leaves the machine.`,
    '',
    'For each fault the built `polynya turn check` asks the server from another namespace and `polynya turn lint` reads its file. Then the printed fix is followed: `turn lint --fix` runs, or the named lines go into the file with the operator’s own values, or what the fix says is done outside of it. The server is started again, and both tools must be content: the finding is gone, and no check fails.',
    '',
    `- The check’s column is the one finding of the whole default suite; other checks may fail only where the catalogue says that they see the same fault from another side. ${inherent.join(', ')} always fails on coturn 4.6.1 and is not counted: no option mends it.`,
    '- –: this tool cannot see it. A file does not show a firewall or an old address; from outside a file’s rights or a verbose log do not show.',
    '- The last word of the fix’s column is the tool whose fix was followed.',
  ].join('\n');
}

function misses(faults: readonly TurnFault[], outcomes: Outcomes): string {
  const rows = faults.flatMap(({ id }) => {
    const outcome = outcomes.get(id);
    if (outcome === undefined) return [[`\`${id}\``, 'not run']];
    return isWhole(outcome) ? [] : [[`\`${id}\``, outcome.remarks.join('; ')]];
  });
  return rows.length === 0 ? 'Nothing.' : table(['fault', 'why'], rows);
}

function areaTable({ faults }: FaultArea, outcomes: Outcomes): string {
  return table(
    head,
    faults.map((fault) => {
      const outcome = outcomes.get(fault.id);
      return [...fixedCells(fault), outcome === undefined ? 'not run' : verdict(outcome)];
    }),
  );
}

function verdict(outcome: Outcome): string {
  if (isWhole(outcome)) return 'yes';
  return outcome.mended ? 'yes, but see above' : '**no**';
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
