import { type ComparePath, pathKindOf } from '../../../contract/compare-path.ts';
import classes from '../charts/chart.module.css';
import { LineMark } from '../charts/path-legend.tsx';
import { words } from '../words.ts';
import { dashOf } from './path-ink.ts';

export function ComparedPaths({ paths }: { paths: readonly ComparePath[] }) {
  return (
    <ul className={classes['legend']}>
      {paths.map((path) => (
        <li key={path}>
          <LineMark path={pathKindOf(path)} dash={dashOf(path)} />
          {words.comparePaths[path]}
        </li>
      ))}
    </ul>
  );
}
