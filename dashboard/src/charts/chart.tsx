import { Skeleton, useComputedColorScheme } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import type { ChartSpec, Pick } from './canvas.tsx';
import classes from './chart.module.css';
import type { ChartTable } from './chart-table.ts';
import { Figure } from './figure.tsx';
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
 * The only way to put a canvas on a page. It says nothing to a screen reader, so the finding is its label and its
 * visible caption, and the numbers are one press away as a table.
 */
export function Chart({ finding, height, draw, table, legend, onPick }: ChartProps) {
  const scheme = useComputedColorScheme('light');
  const printing = usePrinting();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again when scheme or medium changes
  const spec = useMemo(() => draw(readInk()), [draw, scheme, printing]);
  return (
    <Figure finding={finding} table={table} legend={legend}>
      <div className={classes['canvas']} style={{ height }}>
        <Suspense fallback={<Skeleton height={height} />}>
          <Canvas spec={spec} label={finding} onPick={onPick} />
        </Suspense>
      </div>
    </Figure>
  );
}
