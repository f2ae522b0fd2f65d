import type { LabCell } from '../../../contract/lab-report.ts';
import { formatMs } from '../format/measure.ts';
import { MatrixTable } from '../panels/matrix-table.tsx';
import { words } from '../words.ts';
import { cellVerdict } from './cell-verdict.ts';
import type { LabGrid } from './lab-grid.ts';

const text = words.lab.matrix;

interface LabMatrixProps {
  readonly grid: LabGrid;
  readonly title: string;
  readonly open: (cell: LabCell) => void;
  /** Against the run that this one is compared with. */
  readonly changeOf: (cell: LabCell) => 'better' | 'worse' | null;
}

/** One path. */
export function LabMatrix({ grid, title, open, changeOf }: LabMatrixProps) {
  return (
    <MatrixTable
      grid={grid}
      caption={text.caption(title)}
      corner={text.corner}
      blank={() => text.untried}
      open={open}
      look={(cell) => {
        const { tone, word, wrong } = cellVerdict(cell);
        const change = changeOf(cell);
        return {
          tone,
          word,
          name: text.from(cell),
          figures: [cell.rung, ...(cell.setupMs === null ? [] : [formatMs(cell.setupMs.p50)])],
          marks: [
            ...(wrong === undefined ? [] : [wrong]),
            ...(change === null ? [] : [text.changed[change]]),
          ],
        };
      }}
    />
  );
}
