import type { ReactNode } from 'react';
import classes from './chart.module.css';
import { type InkName, inkVariable } from './ink-name.ts';

export interface LegendLine {
  readonly key: string;
  readonly color: InkName;
  /** Pixels. */
  readonly dash: readonly number[];
  readonly label: ReactNode;
}

/** The lines of a chart, each with its colour and dash. */
export function LineLegend({ lines }: { lines: readonly LegendLine[] }) {
  return (
    <ul className={classes['legend']}>
      {lines.map(({ key, color, dash, label }) => (
        <li key={key}>
          <LineMark color={color} dash={dash} />
          {label}
        </li>
      ))}
    </ul>
  );
}

export function LineMark({ color, dash }: Pick<LegendLine, 'color' | 'dash'>) {
  return (
    <svg width="26" height="8" aria-hidden="true">
      <line
        x1="1"
        y1="4"
        x2="25"
        y2="4"
        stroke={inkVariable(color)}
        strokeWidth="3"
        strokeDasharray={dash.join(' ')}
      />
    </svg>
  );
}
