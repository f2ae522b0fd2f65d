import { Button } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { DataTable } from '../panels/data-table.tsx';
import { words } from '../words.ts';
import classes from './chart.module.css';
import type { ChartTable } from './chart-table.ts';

interface FigureProps {
  /** What the picture shows, as a sentence with numbers: the picture in words. */
  readonly finding: string;
  /** The same numbers as a table. */
  readonly table: ChartTable;
  readonly legend?: ReactNode;
  /** The picture. */
  readonly children: ReactNode;
}

/** A picture with its sentence, and its numbers one press away. */
export function Figure({ finding, table, legend, children }: FigureProps) {
  const [asTable, setAsTable] = useState(false);
  const Icon = asTable ? IconChartLine : IconTable;
  return (
    <figure className={classes['figure']}>
      <div className={classes['bar']}>
        <div>{legend}</div>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<Icon size={15} aria-hidden />}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? words.chart.asChart : words.chart.asTable}
        </Button>
      </div>
      {asTable ? <NumbersTable table={table} /> : children}
      <figcaption className={classes['finding']}>{finding}</figcaption>
    </figure>
  );
}

interface NumbersRow {
  readonly key: string;
  readonly cells: readonly string[];
  readonly href: string | undefined;
}

function NumbersTable({ table }: { table: ChartTable }) {
  return (
    <DataTable
      caption={table.caption}
      columns={table.columns.map((name, index) => ({
        key: name,
        head: name,
        label: name,
        cell: ({ cells, href }: NumbersRow) => {
          const text = <span className="number">{cells[index]}</span>;
          return index === 0 && href !== undefined ? (
            <Link href={href} className={classes['behind']}>
              {text}
            </Link>
          ) : (
            text
          );
        },
      }))}
      rows={table.rows.map(
        (cells, index): NumbersRow => ({ key: String(index), cells, href: table.hrefs?.[index] }),
      )}
      rowKey={({ key }) => key}
      maxHeight="24rem"
    />
  );
}
