import type { Path } from '../../../contract/basics.ts';
import { words } from '../words.ts';
import classes from './chart.module.css';
import { pathDashes } from './ink.ts';

interface PathLegendProps {
  readonly paths: readonly Path[];
  /** What the paths are called here. */
  readonly names?: Readonly<Record<Path, string>>;
}

/** The lines of the paths, with colour and dash as in the chart. */
export function PathLegend({ paths, names = words.paths }: PathLegendProps) {
  return (
    <ul className={classes['legend']}>
      {paths.map((path) => (
        <li key={path}>
          <PathMark path={path} />
          {names[path]}
        </li>
      ))}
    </ul>
  );
}

export function PathMark({ path }: { path: Path }) {
  return <LineMark path={path} dash={pathDashes[path]} />;
}

/** A short line in the colour of the path. */
export function LineMark({ path, dash }: { path: Path; dash: readonly number[] }) {
  return (
    <svg width="26" height="8" aria-hidden="true">
      <line
        x1="1"
        y1="4"
        x2="25"
        y2="4"
        stroke={`var(--path-${path})`}
        strokeWidth="3"
        strokeDasharray={dash.join(' ')}
      />
    </svg>
  );
}
