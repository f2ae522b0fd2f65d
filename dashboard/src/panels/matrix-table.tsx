import { Fragment, type KeyboardEvent, useRef, useState } from 'react';
import { firstPlace, type Grid, nextPlace, type Place } from './grid-keys.ts';
import matrix from './matrix.module.css';
import classes from './matrix-table.module.css';
import { ScrollBox } from './scroll-box.tsx';
import { type Tone, toneIcons } from './tone.ts';

/** What a cell says: icon and colour by its tone, and always a word. */
export interface CellLook {
  readonly tone: Tone;
  /** Which cell it is, for those who do not see its row and column. */
  readonly name: string;
  readonly word: string;
  readonly figures: readonly string[];
  /** What stands out, below the figures. */
  readonly marks?: readonly string[];
}

interface MatrixTableProps<Cell> {
  readonly grid: Grid<Cell>;
  readonly caption: string;
  /** What rows and columns are. */
  readonly corner: string;
  /** Said where there is no cell. */
  readonly blank: (from: string, to: string) => string;
  readonly look: (cell: Cell) => CellLook;
  readonly open: (cell: Cell) => void;
}

/** Cells that open their evidence. The Tab key stops at one only; arrow keys, Home and End lead to the others. */
export function MatrixTable<Cell>({ grid, caption, corner, blank, look, open }: MatrixTableProps<Cell>) {
  const [current, setCurrent] = useState<Place>(() => firstPlace(grid));
  const table = useRef<HTMLTableElement>(null);
  // The cell where the keyboard was may be gone when the table is brought up to date.
  const stop = grid.at(current) === undefined ? firstPlace(grid) : current;

  function onKeyDown(event: KeyboardEvent): void {
    const next = nextPlace(grid, stop, event.key);
    if (next === null) return;
    event.preventDefault();
    setCurrent(next);
    table.current?.querySelector<HTMLElement>(`[data-place="${next.row} ${next.column}"]`)?.focus();
  }

  return (
    <ScrollBox label={caption} maxHeight="80vh">
      <table ref={table} className={`${matrix['matrix']} ${classes['grid']}`} onKeyDown={onKeyDown}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={matrix['corner']}>
              {corner}
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
                      <span className={matrix['untried']}>{blank(name, to)}</span>
                    ) : (
                      <CellButton
                        look={look(cell)}
                        place={`${row} ${column}`}
                        isStop={stop.row === row && stop.column === column}
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
  readonly look: CellLook;
  readonly place: string;
  readonly isStop: boolean;
  readonly onFocus: () => void;
  readonly onClick: () => void;
}

function CellButton({ look, place, isStop, onFocus, onClick }: CellButtonProps) {
  const { tone, name, word, figures, marks = [] } = look;
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
      <span className="visually-hidden">{name}</span>
      <strong>{word}</strong>
      <small>
        {figures.map((figure, index) => (
          <Fragment key={figure}>
            {index > 0 && ' · '}
            <span className="number">{figure}</span>
          </Fragment>
        ))}
      </small>
      {marks.map((mark) => (
        <small key={mark} className={classes['mark']}>
          {mark}
        </small>
      ))}
    </button>
  );
}
