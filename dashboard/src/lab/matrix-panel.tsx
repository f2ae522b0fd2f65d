import { NativeSelect } from '@mantine/core';
import type { LabCell } from '../../../contract/lab-report.ts';
import matrix from '../panels/matrix.module.css';
import { Panel } from '../panels/panel.tsx';
import { Parts } from '../panels/parts.tsx';
import { toneIcons } from '../panels/tone.ts';
import { words } from '../words.ts';
import type { LabGrid } from './lab-grid.ts';
import { LabMatrix } from './lab-matrix.tsx';

const text = words.lab.matrix;

interface MatrixPanelProps {
  readonly grids: readonly LabGrid[];
  /** The only path that is shown; `undefined`, or one that is not there: all. */
  readonly path: string | undefined;
  readonly choosePath: (path: string | undefined) => void;
  readonly open: (cell: LabCell) => void;
  readonly changeOf: (cell: LabCell) => 'better' | 'worse' | null;
}

export function MatrixPanel({ grids, path, choosePath, open, changeOf }: MatrixPanelProps) {
  const chosen = grids.filter((grid) => grid.path === path);
  const shown = chosen.length === 0 ? grids : chosen;
  const count = grids.reduce((sum, { cells }) => sum + cells.length, 0);
  return (
    <Panel title={text.title} hint={text.hint}>
      <Parts>
        {grids.length > 1 && (
          <NativeSelect
            label={text.path}
            maw="20rem"
            data={[
              { value: '', label: text.all(count) },
              ...grids.map((grid) => ({
                value: grid.path,
                label: text.option(titleOf(grid), grid.cells.length),
              })),
            ]}
            value={chosen.length === 0 ? '' : path}
            onChange={({ currentTarget }) => choosePath(currentTarget.value || undefined)}
          />
        )}
        {shown.map((grid) => (
          <div key={grid.path}>
            <h3>{titleOf(grid)}</h3>
            <LabMatrix grid={grid} title={titleOf(grid)} open={open} changeOf={changeOf} />
          </div>
        ))}
        <Legend />
      </Parts>
    </Panel>
  );
}

function titleOf({ cells }: LabGrid): string {
  const [first] = cells;
  return first === undefined ? '' : words.lab.path(first);
}

function Legend() {
  return (
    <ul className={matrix['legend']} aria-label={text.legend}>
      {(['good', 'unknown', 'bad', 'limited'] as const).map((tone) => {
        const Icon = toneIcons[tone];
        return (
          <li key={tone}>
            <Icon size={15} aria-hidden />
            {text.means[tone]}
          </li>
        );
      })}
      {(['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7'] as const).map((rung) => (
        <li key={rung}>
          <strong>{rung}</strong>
          {words.rungs[rung].name}
        </li>
      ))}
    </ul>
  );
}
