import { type SparkSlot, sparkSegments } from './spark-slots.ts';
import classes from './sparkline.module.css';

interface SparklineProps {
  /** At equal distances, oldest first. */
  readonly slots: readonly SparkSlot[];
  /** What the line shows, as a sentence with numbers. */
  readonly text: string;
}

const width = 96;
const height = 24;
const edge = 2;

/** A line as high as a word, from zero up. Gaps are gaps; where something failed a tick stands below. */
export function Sparkline({ slots, text }: SparklineProps) {
  const most = Math.max(...slots.map((slot) => slot?.value ?? 0));
  const left = (index: number) => edge + (index / Math.max(1, slots.length - 1)) * (width - 2 * edge);
  const top = (value: number) => height - 5 - (most === 0 ? 0 : value / most) * (height - 7);
  return (
    <svg
      role="img"
      aria-label={text}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className={classes['spark']}
    >
      <title>{text}</title>
      {sparkSegments(slots).map((segment) => (
        <path
          key={segment.from}
          // A line of no length with round ends is a dot.
          d={segment.values
            .map((value, index) => `${index === 0 ? 'M' : 'L'}${left(segment.from + index)} ${top(value)}`)
            .join('')
            .concat(segment.values.length === 1 ? 'h0' : '')}
        />
      ))}
      {slots.map((slot, index) =>
        slot?.failed === true ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a place on the axis has no other name
          <rect key={index} x={left(index) - 1} y={height - 4} width={2} height={4} />
        ) : null,
      )}
    </svg>
  );
}
