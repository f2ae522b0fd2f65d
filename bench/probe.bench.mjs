import { cells, measureAll, ofTool, peerVersions, summarise } from './nat-runs.mjs';
import { natTools } from './nat-tools.mjs';

export const name = 'probe';

const short = {
  'endpoint-independent': 'EI',
  'address-dependent': 'AD',
  'address-and-port-dependent': 'APD',
};

function describe({ runs, right, wrong, median, max }) {
  const verdicts = wrong > 0 ? `${right}/${runs} right, ${wrong} wrong` : `${right}/${runs} right`;
  return `${verdicts}, ${median.toFixed(2)} s (${max.toFixed(2)})`;
}

export async function run() {
  const results = await measureAll({ ourRuns: 5, peerRuns: 3, lossRate: 0 });
  const [ours, natdiscovery] = natTools;
  const inCell = (tool, cell) => summarise(ofTool(results, tool).filter((result) => result.cell === cell));
  const total = natTools.map((tool) => summarise(ofTool(results, tool)));
  const [ourTotal, natdiscoveryTotal] = total;

  const slowCells = cells.filter((cell) => inCell(natdiscovery, cell).median >= 5.5);
  const ourSlowest = Math.max(...slowCells.map((cell) => inCell(ours, cell).max));
  const ratio = natdiscoveryTotal.median / ourTotal.median;

  return {
    title: 'NAT verdicts through kernel NATs: right or wrong, and how long',
    intro: [
      'Each tool in a network namespace behind each of the nine NATs of RFC 4787 (nftables, session kind), asking',
      'coturn with two addresses and two ports. Right means both axes exact; wrong means an axis that is definitely false.',
      'Seconds are median (slowest) from starting the process to its end. EI: endpoint-independent, AD: address-dependent,',
      'APD: address- and port-dependent.',
    ].join('\n'),
    columns: ['mapping / filtering', ...natTools.map((tool) => tool.name)],
    rows: [
      ...cells.map((cell) => [
        `${short[cell.mapping]} / ${short[cell.filtering]}`,
        ...natTools.map((tool) => describe(inCell(tool, cell))),
      ]),
      ['all', ...total.map(describe)],
    ],
    notes: [
      'The round trip is that of virtual links (well below 1 ms), which favours tools that wait for answers over tools that wait for fixed times.',
      'Every cell starts with fresh namespaces; `polynya probe` runs alone, three cells of the other tools run at once.',
      '`polynya probe` also tests both axes on several sockets, gathers candidates and writes the whole report in that time.',
    ],
    peers: peerVersions(),
    targets: [
      {
        name: 'all our verdicts right',
        value: `${ourTotal.right} of ${ourTotal.runs}`,
        met: ourTotal.right === ourTotal.runs,
      },
      {
        name: 'our median ≤ 1/6 of natdiscovery’s',
        value: `${ourTotal.median.toFixed(2)} s against ${natdiscoveryTotal.median.toFixed(2)} s, ${ratio.toFixed(1)} times faster`,
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
