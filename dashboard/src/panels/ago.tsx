import { formatAgo, formatMoment } from '../format/moment.ts';

/** When it was, as distance; the exact time stands in the title and in the markup. */
export function Ago({ at }: { at: string }) {
  return (
    <time className="number" dateTime={at} title={formatMoment(at)}>
      {formatAgo(at, Date.now())}
    </time>
  );
}
