import type { RegionMatrix } from '../../../contract/fleet/monitor.ts';
import {
  type PairWay,
  pairTones,
  pairVerdict,
  pairWays,
  type RegionPair,
  regionGrid,
} from '../monitors/pair-verdict.ts';
import matrix from '../panels/matrix.module.css';
import { MatrixTable } from '../panels/matrix-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { toneIcons } from '../panels/tone.ts';
import { words } from '../words.ts';

const text = words.regions;

interface RegionMatrixPanelProps {
  readonly found: RegionMatrix;
  readonly open: (pair: RegionPair) => void;
}

/** Which regions reach which: direct, by relay, or not at all. */
export function RegionMatrixPanel({ found, open }: RegionMatrixPanelProps) {
  const grid = regionGrid(found);
  return (
    <Panel title={text.matrix} hint={text.matrixHint}>
      <MatrixTable
        grid={grid}
        caption={text.matrix}
        corner={text.corner}
        blank={(from, to) => (from === to ? text.same : text.untried)}
        open={open}
        look={(pair) => {
          const { way, by } = pairVerdict(pair);
          return {
            tone: pairTones[way],
            name: text.cell(pair),
            word: text.ways[way],
            figures: by === undefined ? [] : text.figures(by.rate, by.p50Ms),
          };
        }}
      />
      <p>{text.finding(countWays(found))}</p>
      <ul className={matrix['legend']} aria-label={text.legend}>
        {pairWays.map((way) => {
          const Icon = toneIcons[pairTones[way]];
          return (
            <li key={way}>
              <Icon size={15} aria-hidden />
              {`${text.ways[way]}: ${text.means[way]}`}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function countWays(found: RegionMatrix): Record<PairWay, number> {
  const { rows, columns, at } = regionGrid(found);
  const counts = { direct: 0, relay: 0, fails: 0, unknown: 0 };
  for (const row of rows.keys()) {
    for (const column of columns.keys()) {
      const pair = at({ row, column });
      if (pair !== undefined) counts[pairVerdict(pair).way] += 1;
    }
  }
  return counts;
}
