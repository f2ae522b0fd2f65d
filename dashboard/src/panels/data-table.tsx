import {
  type ColumnDef,
  flexRender,
  getCoreRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo, useState } from 'react';
import classes from './data-table.module.css';
import { ScrollBox } from './scroll-box.tsx';
import { SortHead } from './sort-head.tsx';

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'end';
  /** Shown as a card on a narrow screen, the value stands without its column’s name. */
  readonly bare?: boolean;
  /** Value to sort by here; `service`: whoever holds the rows sorts them (see `sorting`). */
  readonly sort?: ((row: Row) => string | number | null) | 'service';
}

export interface ServiceSorting {
  readonly key: string;
  readonly descending: boolean;
  readonly change: (key: string, descending: boolean) => void;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Element id of a row, for links to it. */
  readonly rowId?: (row: Row) => string;
  readonly sorting?: ServiceSorting;
  /** Each row carries a link that covers it. */
  readonly linked?: boolean;
  /** Scrolls on its own beyond this height. */
  readonly maxHeight?: string;
}

/**
 * A table with a caption and sortable columns, which turns into a list of cards where the screen is narrow.
 * Changing `display` takes the table roles away in browsers, so they are spelled out.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows, rowKey, rowId, sorting, linked = false, maxHeight } = props;
  const [ownSorting, setOwnSorting] = useState<SortingState>([]);
  const definitions = useMemo(() => columns.map(toDefinition), [columns]);
  const table = useReactTable({
    data: rows as Row[],
    columns: definitions,
    getRowId: rowKey,
    state: { sorting: sorting === undefined ? ownSorting : [{ id: sorting.key, desc: sorting.descending }] },
    manualSorting: sorting !== undefined,
    enableSortingRemoval: sorting === undefined,
    onSortingChange: (change) => {
      const next = typeof change === 'function' ? change(table.getState().sorting) : change;
      const first = next[0];
      if (sorting === undefined) setOwnSorting(next);
      else if (first !== undefined) sorting.change(first.id, first.desc);
    },
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  const byKey = new Map(columns.map((column) => [column.key, column]));

  return (
    <ScrollBox label={caption} className={classes['scroll']} maxHeight={maxHeight}>
      {/* biome-ignore-start lint/a11y/noRedundantRoles: roles are lost with `display: block` */}
      <table className={classes['table']} role="table" data-linked={linked}>
        <caption className="visually-hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {table.getFlatHeaders().map((header) => (
              <SortHead key={header.id} column={header.column} align={byKey.get(header.id)?.align}>
                {byKey.get(header.id)?.head ?? ''}
              </SortHead>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <tr
              key={row.id}
              role="row"
              id={rowId?.(row.original)}
              tabIndex={rowId === undefined ? undefined : -1}
            >
              {row.getVisibleCells().map((cell) => {
                const column = byKey.get(cell.column.id);
                const label = column?.bare === true ? undefined : column?.head;
                return (
                  <td
                    key={cell.id}
                    role="cell"
                    data-align={column?.align}
                    data-label={label}
                    data-key={cell.column.id}
                  >
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above */}
    </ScrollBox>
  );
}

function toDefinition<Row>({ key, cell, sort }: Column<Row>): ColumnDef<Row> {
  return {
    id: key,
    accessorFn: typeof sort === 'function' ? sort : () => null,
    enableSorting: sort !== undefined,
    sortUndefined: 'last',
    cell: ({ row }) => cell(row.original),
  };
}
