import {
  hardCells,
  measureAll,
  nineCells,
  ofTool,
  peersAtOnce,
  peerVersions,
  summarise,
} from './nat-runs.mjs';
import { natTools } from './nat-tools.mjs';

export const name = 'probe';

function describe({ runs, right, wrong, median, max }) {
  const verdicts = wrong > 0 ? `${right}/${runs} right, ${wrong} wrong` : `${right}/${runs} right`;
  return `${verdicts}, ${median.toFixed(2)} s (${max.toFixed(2)})`;
}

export async function run() {
  const cells = [...nineCells, ...hardCells];
  const results = await measureAll({ cells, ourRuns: 5, peerRuns: 3, lossRate: 0 });
  const [ours, natdiscovery] = natTools;
  const of = (tool, wanted) => summarise(ofTool(results, tool).filter(({ cell }) => wanted.includes(cell)));
  const row = (label, wanted) => [label, ...natTools.map((tool) => describe(of(tool, wanted)))];

  const ourNine = of(ours, nineCells);
  const ratio = of(natdiscovery, nineCells).median / ourNine.median;
  const ourAll = of(ours, cells);
  const slowCells = cells.filter((cell) => of(natdiscovery, [cell]).median >= 5.5);
  const ourSlowest = Math.max(...slowCells.map((cell) => of(ours, [cell]).max));

  return {
    title: 'NAT verdicts through kernel NATs: right or wrong, and how long',
    intro: [
      'Each tool in a network namespace behind one kernel NAT (nftables), asking',
      'coturn with two addresses and two ports. Right means both axes exact; wrong means an axis that is definitely false.',
      'Seconds are median (slowest) from starting the process to its end. EI: endpoint-independent, AD: address-dependent,',
      'APD: address- and port-dependent, PD: port-dependent.',
    ].join('\n'),
    columns: ['mapping / filtering', ...natTools.map((tool) => tool.name)],
    rows: [
      ...nineCells.map((cell) => row(cell.label, [cell])),
      row('these nine', nineCells),
      ...hardCells.map((cell) => row(cell.label, [cell])),
    ],
    notes: [
      'The round trip is that of virtual links (well below 1 ms), which favours tools that wait for answers over tools that wait for fixed times.',
      `Every cell starts with fresh namespaces; \`polynya probe\` runs alone, of the other tools ${peersAtOnce} cells at once.`,
      '`polynya probe` also tests both axes on several sockets, gathers candidates and writes the whole report in that time.',
    ],
    peers: peerVersions(),
    targets: [
      {
        name: 'all our verdicts right',
        value: `${ourAll.right} of ${ourAll.runs}`,
        met: ourAll.right === ourAll.runs,
      },
      {
        name: 'our median over the nine ≤ 1/6 of natdiscovery’s',
        value: `${ourNine.median.toFixed(2)} s against ${(ratio * ourNine.median).toFixed(2)} s, ${ratio.toFixed(1)} times faster`,
        met: ratio >= 6,
      },
      {
        name: 'never slower than 1.0 s where natdiscovery takes 6 s',
        value: `${ourSlowest.toFixed(2)} s at most in ${slowCells.length} NATs`,
        met: slowCells.length > 0 && ourSlowest <= 1,
      },
    ],
  };
}
