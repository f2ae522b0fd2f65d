import { useMemo } from 'react';
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { Figure } from '../charts/figure.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import classes from './time-heat.module.css';
import { type TimeHeat, timeHeatOf } from './time-heat.ts';

const text = words.load.timeHeat;

const [rowHeight, width, footHeight] = [18, 960, 22];
const labelWidth = 84;

/** Delays over time: a stall of a second is a column, which no percentile of the whole step shows. */
export function TimeHeatPanel({ body }: { body: LoadReportBody }) {
  const heat = useMemo(() => timeHeatOf(body), [body]);
  if (heat === null) return null;
  return (
    <Panel title={text.title} hint={text.hint}>
      <Figure finding={heat.finding} table={heat.table} legend={<Legend />}>
        <Picture heat={heat} />
      </Figure>
    </Panel>
  );
}

function Picture({ heat: { columns, rows, steps, finding } }: { heat: TimeHeat }) {
  const height = rows.length * rowHeight;
  const columnWidth = (width - labelWidth) / columns.length;
  const left = (column: number) => labelWidth + column * columnWidth;
  return (
    <div className={classes['box']}>
      <svg
        role="img"
        aria-label={finding}
        viewBox={`0 0 ${width} ${height + footHeight}`}
        className={classes['heat']}
      >
        <title>{finding}</title>
        {rows.map(({ label, levels }, row) => (
          <g key={label}>
            <text x={labelWidth - 8} y={row * rowHeight + 13} textAnchor="end">
              {label}
            </text>
            {levels.map((level, column) =>
              level === 0 ? null : (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: a place in time has no other name
                  key={column}
                  data-level={level}
                  x={left(column)}
                  y={row * rowHeight}
                  width={columnWidth}
                  height={rowHeight}
                />
              ),
            )}
          </g>
        ))}
        {steps.map(({ column, label }) => (
          <g key={column}>
            <path d={`M${left(column)} 0V${height + 6}`} />
            <text x={left(column) + 4} y={height + 16}>
              {label}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function Legend() {
  return (
    <ul className={classes['legend']}>
      {text.levels.map((meaning, level) => (
        <li key={meaning}>
          <svg width={14} height={14} className={classes['heat']} aria-hidden>
            <rect data-level={level + 1} width={14} height={14} />
          </svg>
          {meaning}
        </li>
      ))}
    </ul>
  );
}
