import { type KeyboardEvent, useRef, useState } from 'react';
import type { LabCell } from '../../../contract/lab-report.ts';
import { formatMs } from '../format/measure.ts';
import matrix from '../panels/matrix.module.css';
import { ScrollBox } from '../panels/scroll-box.tsx';
import { toneIcons } from '../panels/tone.ts';
import { words } from '../words.ts';
import { cellVerdict } from './cell-verdict.ts';
import classes from './lab.module.css';
import { firstPlace, type LabGrid, nextPlace, type Place } from './lab-grid.ts';

const text = words.lab.matrix;

interface LabMatrixProps {
  readonly grid: LabGrid;
  readonly title: string;
  readonly open: (cell: LabCell) => void;
  /** Against the run that this one is compared with. */
  readonly changeOf: (cell: LabCell) => 'better' | 'worse' | null;
}

/** One path. The Tab key stops at one cell only; arrow keys, Home and End lead to the others. */
export function LabMatrix({ grid, title, open, changeOf }: LabMatrixProps) {
  const [current, setCurrent] = useState<Place>(() => firstPlace(grid));
  const table = useRef<HTMLTableElement>(null);

  function onKeyDown(event: KeyboardEvent): void {
    const next = nextPlace(grid, current, event.key);
    if (next === null) return;
    event.preventDefault();
    setCurrent(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row} ${next.column}"]`)?.focus();
  }

  return (
    <ScrollBox label={text.caption(title)} maxHeight="80vh">
      <table ref={table} className={`${matrix['matrix']} ${classes['grid']}`} onKeyDown={onKeyDown}>
        <caption className="visually-hidden">{text.caption(title)}</caption>
        <thead>
          <tr>
            <th scope="col" className={matrix['corner']}>
              {text.corner}
            </th>
            {grid.columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((name, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {grid.columns.map((to, column) => {
                const cell = grid.at({ row, column });
                return (
                  <td key={to}>
                    {cell === undefined ? (
                      <span className={matrix['untried']}>{text.untried}</span>
                    ) : (
                      <CellButton
                        cell={cell}
                        place={`${row} ${column}`}
                        isStop={current.row === row && current.column === column}
                        change={changeOf(cell)}
                        onFocus={() => setCurrent({ row, column })}
                        onClick={() => open(cell)}
                      />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

interface CellButtonProps {
  readonly cell: LabCell;
  readonly place: string;
  readonly isStop: boolean;
  readonly change: 'better' | 'worse' | null;
  readonly onFocus: () => void;
  readonly onClick: () => void;
}

function CellButton({ cell, place, isStop, change, onFocus, onClick }: CellButtonProps) {
  const { tone, word, wrong } = cellVerdict(cell);
  const Icon = toneIcons[tone];
  return (
    <button
      type="button"
      className={`${matrix['cell']} ${classes['button']}`}
      data-tone={tone}
      data-place={place}
      tabIndex={isStop ? 0 : -1}
      onFocus={onFocus}
      onClick={onClick}
    >
      <Icon size={15} aria-hidden />
      <span className="visually-hidden">{text.from(cell)}</span>
      <strong>{word}</strong>
      <small className="number">
        {[cell.rung, ...(cell.setupMs === null ? [] : [formatMs(cell.setupMs.p50)])].join(' · ')}
      </small>
      {wrong !== undefined && <small className={classes['mark']}>{wrong}</small>}
      {change !== null && <small className={classes['mark']}>{text.changed[change]}</small>}
    </button>
  );
}
