import { Button, Skeleton, useComputedColorScheme } from '@mantine/core';
import { IconChartLine, IconTable } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { DataTable } from '../panels/data-table.tsx';
import { words } from '../words.ts';
import type { ChartSpec, Pick } from './canvas.tsx';
import classes from './chart.module.css';
import type { ChartTable } from './chart-table.ts';
import { type Ink, readInk } from './ink.ts';
import { usePrinting } from './use-printing.ts';

/** Chart.js is fetched when the first chart is shown. */
const Canvas = lazy(() => import('./canvas.tsx').then((module) => ({ default: module.Canvas })));

interface ChartProps {
  /** What the chart shows, as a sentence with numbers: the picture in words. */
  readonly finding: string;
  /** Pixels. */
  readonly height: number;
  /** Builds the picture with the colours of the current scheme. */
  readonly draw: (ink: Ink) => ChartSpec;
  /** The same numbers as a table. */
  readonly table: ChartTable;
  readonly legend?: ReactNode;
  /** Where a press on a mark leads; the rows of the table have links for it. */
  readonly onPick?: Pick;
}

/**
 * The only way to put a chart on a page. A canvas says nothing to a screen reader, so the finding is its label
 * and its visible caption, and the numbers are one press away as a table.
 */
export function Chart({ finding, height, draw, table, legend, onPick }: ChartProps) {
  const scheme = useComputedColorScheme('light');
  const printing = usePrinting();
  const [asTable, setAsTable] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again when scheme or medium changes
  const spec = useMemo(() => draw(readInk()), [draw, scheme, printing]);
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
      {asTable ? (
        <NumbersTable table={table} />
      ) : (
        <div className={classes['canvas']} style={{ height }}>
          <Suspense fallback={<Skeleton height={height} />}>
            <Canvas spec={spec} label={finding} onPick={onPick} />
          </Suspense>
        </div>
      )}
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
