/** docs/accuracy.md from the results. No dates, no machine: the same code gives the same page everywhere. */
import { type Cell, type CellGroup, cellGroups, shortName } from './cell.ts';
import { type Grade, grades } from './grade.ts';
import { type CellResult, losses, percentile, rttsMs, totalOf } from './run-cell.ts';
import { boundMs, overBound, targetsOf } from './targets.ts';

const percentOf = (loss: number) => `${loss * 100} %`;

export function renderAccuracy(cells: readonly Cell[], results: readonly CellResult[], runs: number): string {
  const sections = [
    '# Accuracy',
    intro(cells, results, runs),
    '## Targets',
    table(
      ['target', 'measured', ''],
      targetsOf(cells, results).map(({ name, value, met }) => [name, value, met ? 'met' : '**missed**']),
    ),
    '## All cases',
    'Share of the runs, by loss in each direction. More than half of the cases have a server with a fault, where *open* is the best that can be had.',
    overview(results),
    '## Time',
    `Virtual milliseconds to the verdict on mapping and filtering over the nine classes: median (95th percentile).`,
    timeTable(cells, results),
    ...(Object.keys(cellGroups) as CellGroup[]).flatMap((group) => groupSection(group, cells, results)),
    '## Over the time bound',
    overBoundText(cells, results),
    '## What cannot be known',
    limits,
  ];
  return `${sections.join('\n\n')}\n`;
}

function intro(cells: readonly Cell[], results: readonly CellResult[], runs: number): string {
  const total = Object.values(totalOf(results)).reduce((sum, count) => sum + count, 0);
  return [
    `Made by \`npm run accuracy\`: the probe’s own discovery and classifier against our own server, through NATs in memory on a virtual clock. ${cells.length} cases × ${losses.length} losses × ${rttsMs.length} round trips × ${runs} seeded runs = ${total} runs. Nothing in it depends on the machine: the same code gives the same page.`,
    '',
    'A run is',
    '',
    '- **exact** when everything that can be known is said, and true;',
    '- **open** when nothing false is said and what is left `inconclusive` names its true reason: the fault of the server, or the packets that were lost;',
    '- **vague** when the reason is not the true one;',
    '- **wrong** when anything definite is false: mapping, filtering, NAT or not, UDP open or blocked, pooling, rewriting, or a list of "still possible" without the truth. There is no excuse by a low confidence.',
    '',
    'EI: endpoint-independent, AD: address-dependent, PD: port-dependent, APD: address- and port-dependent; mapping before filtering. Every other run of the nine classes is through a NAT that answers over sessions, as conntrack does, the others through one that looks its table up.',
  ].join('\n');
}

function overview(results: readonly CellResult[]): string {
  const rows = losses.map((loss) => {
    const counts = totalOf(results.filter((result) => result.loss === loss));
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return [percentOf(loss), all, ...grades.map((grade) => `${((100 * counts[grade]) / all).toFixed(2)} %`)];
  });
  return table(['loss', 'runs', ...grades], rows);
}

function timeTable(cells: readonly Cell[], results: readonly CellResult[]): string {
  const nine = new Set(cells.filter(({ group }) => group === 'nine').map(({ id }) => id));
  const rows = rttsMs.map((rttMs) => [
    `${rttMs} ms`,
    ...losses.map((loss) => {
      const times = results
        .filter((r) => nine.has(r.cell) && r.loss === loss && r.rttMs === rttMs)
        .flatMap((r) => r.verdictMs);
      return `${percentile(times, 0.5).toFixed(0)} (${percentile(times, 0.95).toFixed(0)})`;
    }),
    boundMs(rttMs),
  ]);
  return table(['round trip', ...losses.map((loss) => `loss ${percentOf(loss)}`), '4 RTT + 500'], rows);
}

function groupSection(group: CellGroup, cells: readonly Cell[], results: readonly CellResult[]): string[] {
  const rows = cells
    .filter((cell) => cell.group === group)
    .map((cell) => {
      const own = results.filter((result) => result.cell === cell.id);
      return [
        cell.label,
        truthText(cell),
        ...losses.map((loss) => countsText(totalOf(own.filter((r) => r.loss === loss)))),
        whatWasSaid(own),
      ];
    });
  const head = ['case', 'truth', ...losses.map((loss) => `loss ${percentOf(loss)}`), 'where not exact'];
  return [`## ${cellGroups[group]}`, table(head, rows)];
}

function truthText({ truth }: Cell): string {
  if (truth.mapping === null || truth.filtering === null) return `UDP ${truth.udp}`;
  return `${shortName[truth.mapping]} / ${shortName[truth.filtering]}${truth.behindNat === false ? ', no NAT' : ''}`;
}

function countsText(counts: Readonly<Record<Grade, number>>): string {
  const present = grades.filter((grade) => counts[grade] > 0);
  return present.map((grade) => `${counts[grade]} ${grade === 'wrong' ? '**wrong**' : grade}`).join(', ');
}

/** The most frequent remark of a case: why it is open, or what was claimed. */
function whatWasSaid(results: readonly CellResult[]): string {
  const times = new Map<string, number>();
  for (const remark of results.flatMap((result) => result.remarks)) {
    const text = remark.replace(/^seed \d+, \w+: /, '');
    times.set(text, (times.get(text) ?? 0) + 1);
  }
  const [most] = [...times].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? '';
}

function overBoundText(cells: readonly Cell[], results: readonly CellResult[]): string {
  const over = overBound(cells, results);
  if (over.length === 0) return 'None.';
  const labels = new Map(cells.map(({ id, label }) => [id, label]));
  const rows = over.map(({ cell, loss, rttMs, verdictMs }) => [
    labels.get(cell) ?? cell,
    percentOf(loss),
    `${rttMs} ms`,
    percentile(verdictMs, 0.95).toFixed(0),
    boundMs(rttMs),
  ]);
  return table(['case', 'loss', 'round trip', '95th percentile, ms', '4 RTT + 500'], rows);
}

const limits = [
  '- Where no answer can come back over UDP, while TCP works, "UDP blocked" and "this one server’s UDP is broken" look the same to a client of a single server. The verdict then is `blocked`, its confidence 0.9, and 0.98 only with servers at several addresses.',
  '- A server that announces an alternate address, never answers CHANGE-REQUEST and does not know RESPONSE-PORT cannot be told from a closed filter behind a mapping that depends on the destination. Such a verdict carries a confidence of at most 0.9 and says that the server never showed a changed answer.',
  '- Two NATs of which one is endpoint-independent and the other is not look like the harder of the two. That is what matters for connections, and it is what is reported.',
].join('\n');

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (items: readonly (string | number)[]) =>
    `| ${items.map((item) => String(item).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
