import { measureAll, nineCells, ofTool, peerVersions, summarise } from './nat-runs.mjs';
import { natTools } from './nat-tools.mjs';

export const name = 'probe-loss';

const lossRates = [0, 0.05, 0.1];

/**
 * Tools that neither Debian nor npm has, as they were measured elsewhere: one process on the loopback interface that was
 * NAT and RFC 5780 server at once, nine NATs, 40 ms round trip, 27 runs without loss and 216 at each other loss.
 */
const elsewhere = [
  { name: 'stuntman stunclient --mode full', right: [100, 98.6, 90.7], wrong: [0, 0.5, 4.6], median: 6.3 },
  { name: 'pion stun-nat-behaviour', right: [100, 63.4, 41.7], wrong: [0, 4.6, 13.0], median: 3.3 },
];

const percentText = (share) => `${share.toFixed(share % 1 === 0 ? 0 : 1)} %`;
const lossText = (lossRate) => `${lossRate * 100} %`;

function measuredRow(lossRate, tool, { runs, right, wrong, inconclusive, median, max }) {
  const share = (part) => percentText(Math.round((1000 * part) / runs) / 10);
  const times = [median.toFixed(2), max.toFixed(2)];
  return [lossText(lossRate), tool.name, runs, share(right), share(wrong), share(inconclusive), ...times];
}

function quotedRow(lossRate, index, tool) {
  const [right, wrong] = [tool.right[index], tool.wrong[index]];
  const shares = [right, wrong, 100 - right - wrong].map(percentText);
  const median = lossRate === 0 ? tool.median.toFixed(1) : '–';
  return [lossText(lossRate), `${tool.name} †`, '–', ...shares, median, '–'];
}

export async function run() {
  const rows = [];
  const ours = [];
  for (const [index, lossRate] of lossRates.entries()) {
    const results = await measureAll({ cells: nineCells, ourRuns: 5, peerRuns: 3, lossRate });
    const summaries = natTools.map((tool) => ({ tool, ...summarise(ofTool(results, tool)) }));
    rows.push(...summaries.map(({ tool, ...summary }) => measuredRow(lossRate, tool, summary)));
    rows.push(...elsewhere.map((tool) => quotedRow(lossRate, index, tool)));
    ours.push(summaries[0]);
  }
  const sum = (key) => ours.reduce((total, summary) => total + summary[key], 0);
  return {
    title: 'Accuracy and time by loss',
    intro: [
      'The nine NATs of RFC 4787 as kernel NATs and coturn as server, with none, 5 % and 10 % of the UDP packets lost in each',
      'direction, each by itself. Seconds are from starting the process to its end.',
    ].join('\n'),
    columns: ['loss', 'tool', 'runs', 'right', 'wrong', 'inconclusive', 'median s', 'slowest s'],
    rows,
    notes: [
      'A tool that sends a request once takes a lost packet for a filter.',
      'vovida’s stun-client has one class for every mapping that depends on the destination and names no filter behind it: that counts as right.',
      '† Measured on another bench, not in this run: NAT and server emulated on the loopback interface, 40 ms round trip.',
    ],
    peers: peerVersions(),
    targets: [
      {
        name: 'all our verdicts right, at every loss',
        value: `${sum('right')} of ${sum('runs')}`,
        met: sum('right') === sum('runs'),
      },
      { name: 'none of our verdicts wrong', value: `${sum('wrong')}`, met: sum('wrong') === 0 },
    ],
  };
}
