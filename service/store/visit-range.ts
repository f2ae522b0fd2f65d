/** Cuts a range of time into the whole days and hours that are counted, and what is left at its ends. */
import type { TimeRange } from './utc.ts';
import type { BucketSize } from './visit-counts.ts';

/** In order of time; each may be empty. */
export interface RangeParts {
  /** Less than an hour, as `lastReports`: their reports are counted one by one. */
  readonly firstReports: TimeRange;
  readonly firstHours: TimeRange;
  readonly days: TimeRange;
  readonly lastHours: TimeRange;
  readonly lastReports: TimeRange;
}

interface Span {
  readonly from: number;
  /** Exclusive; not before `from`. */
  readonly to: number;
}

/** What lies before the first whole unit, the whole ones, and what is left. */
type Cut = Readonly<Record<'head' | 'whole' | 'tail', Span>>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** @param size of the buckets that are asked for: no larger ones can be read */
export function cutRange({ since, until }: TimeRange, size: BucketSize): RangeParts {
  const from = Date.parse(since);
  const ends = cutSpan({ from, to: Math.max(from, Date.parse(until)) }, hourMs);
  const hours = size === 'day' ? cutSpan(ends.whole, dayMs) : uncut(ends.whole);
  return {
    firstReports: rangeOf(ends.head),
    firstHours: rangeOf(hours.head),
    days: rangeOf(hours.whole),
    lastHours: rangeOf(hours.tail),
    lastReports: rangeOf(ends.tail),
  };
}

function cutSpan(span: Span, unitMs: number): Cut {
  const [first, end] = [Math.ceil(span.from / unitMs) * unitMs, Math.floor(span.to / unitMs) * unitMs];
  if (first > end) return uncut(span);
  return {
    head: { from: span.from, to: first },
    whole: { from: first, to: end },
    tail: { from: end, to: span.to },
  };
}

/** Without a whole unit all of it is the head. */
function uncut(span: Span): Cut {
  const none = { from: span.to, to: span.to };
  return { head: span, whole: none, tail: none };
}

function rangeOf({ from, to }: Span): TimeRange {
  return { since: new Date(from).toISOString(), until: new Date(to).toISOString() };
}
