import type { SuccessSeries } from '../../../contract/runs.ts';
import { PathMark } from '../charts/path-legend.tsx';
import { formatInterval, formatShare } from '../format/measure.ts';
import { words } from '../words.ts';
import classes from './success-tiles.module.css';

/** The rate of the whole range, one tile a path, always with n and its interval. */
export function SuccessTiles({ series }: { series: SuccessSeries['series'] }) {
  return (
    <ul className={classes['tiles']}>
      {series.map(({ path, total, harnessFaults }) => (
        <li key={path} className={classes['tile']}>
          <span className={classes['name']}>
            <PathMark path={path} />
            {words.paths[path]}
          </span>
          <strong className={classes['rate']}>{formatShare(total.rate)}</strong>
          <span className={classes['detail']}>
            <span className="number">{words.overview.ofAttempts(total)},</span>{' '}
            <span className="number">{words.overview.intervalOf(formatInterval(total))}</span>
          </span>
          {harnessFaults > 0 && (
            <span className={classes['detail']}>{words.overview.harnessFaults(harnessFaults)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
