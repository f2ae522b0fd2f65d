import { IconArrowsSort, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import type { Column as TableColumn } from '@tanstack/react-table';
import classes from './data-table.module.css';

interface SortHeadProps<Row> {
  readonly column: TableColumn<Row>;
  readonly align: 'end' | undefined;
  readonly children: string;
}

const states = {
  asc: { aria: 'ascending', icon: IconSortAscending },
  desc: { aria: 'descending', icon: IconSortDescending },
  none: { aria: 'none', icon: IconArrowsSort },
} as const;

/** A column’s name; a button where the column can be sorted. */
export function SortHead<Row>({ column, align, children }: SortHeadProps<Row>) {
  const sortable = column.getCanSort();
  const { aria, icon: Icon } = states[column.getIsSorted() || 'none'];
  return (
    // biome-ignore lint/a11y/noRedundantRoles: roles are lost with `display: block` on narrow screens
    <th role="columnheader" scope="col" data-align={align} aria-sort={sortable ? aria : undefined}>
      {sortable ? (
        <button type="button" className={classes['sort']} onClick={column.getToggleSortingHandler()}>
          {children}
          <Icon size={14} aria-hidden />
        </button>
      ) : (
        children
      )}
    </th>
  );
}
