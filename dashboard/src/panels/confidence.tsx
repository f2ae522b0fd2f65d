import { formatShare } from '../format/measure.ts';
import { words } from '../words.ts';
import classes from './confidence.module.css';

/** 0–1 as a bar with its number. */
export function Confidence({ value }: { value: number }) {
  return (
    <span className={classes['confidence']} title={words.nat.confidenceHint}>
      <span className={classes['track']} aria-hidden>
        <span className={classes['bar']} style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      <span className="number">{words.nat.sure(formatShare(Math.floor(value * 100) / 100))}</span>
    </span>
  );
}
