import { measureAll, nineCells, ofTool, peerVersions, summarise } from './nat-runs.mjs';
import { natTools } from './nat-tools.mjs';

export const name = 'probe-loss';

const lossRate = 0.05;

export async function run() {
  const results = await measureAll({ cells: nineCells, ourRuns: 5, peerRuns: 3, lossRate });
  const summaries = natTools.map((tool) => ({ tool, ...summarise(ofTool(results, tool)) }));
  const share = (part, whole) => `${((100 * part) / whole).toFixed(0)} %`;
  const [ours] = summaries;
  return {
    title: 'NAT verdicts on a lossy line',
    intro:
      'The same nine NATs and the same coturn, with 5 % of the UDP packets lost in each direction, each by itself.',
    columns: ['tool', 'runs', 'right', 'wrong', 'inconclusive', 'median s', 'slowest s'],
    rows: summaries.map(({ tool, runs, right, wrong, inconclusive, median, max }) => [
      tool.name,
      runs,
      share(right, runs),
      share(wrong, runs),
      share(inconclusive, runs),
      median.toFixed(2),
      max.toFixed(2),
    ]),
    notes: ['A tool that sends a request once takes a lost packet for a filter.'],
    peers: peerVersions(),
    targets: [
      {
        name: 'all our verdicts right',
        value: `${ours.right} of ${ours.runs}`,
        met: ours.right === ours.runs,
      },
    ],
  };
}
