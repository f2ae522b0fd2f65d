import type { CaseRun } from './run-case.ts';

export type Outcome =
  | { readonly kind: 'survives' }
  /** The set-up took `ms` longer than without faults, or nothing was heard for `ms`. */
  | { readonly kind: 'recovers'; readonly ms: number }
  | { readonly kind: 'gives up'; readonly ms: number; readonly why: string }
  /** `ms`: when something was heard last; null: never. */
  | { readonly kind: 'hangs'; readonly ms: number | null }
  | { readonly kind: 'not struck' };

/** Less than this is no matter on a busy machine. */
const noticeableMs = 700;
/** Silence that is worth a word. */
const gapMs = 1500;
/** Silence at the end that is for good as far as the session goes. */
const deadMs = 5000;

/** @param readyMs when the first message had come back without faults */
export function judgeRun(run: CaseRun, readyMs: number): Outcome {
  const { echoesMs, failedMs, failure, endedMs, strikes } = run;
  if (strikes === 0) return { kind: 'not struck' };
  if (failedMs !== null) return { kind: 'gives up', ms: failedMs, why: failure ?? '' };
  const first = echoesMs[0];
  const last = echoesMs.at(-1);
  if (first === undefined || last === undefined) return { kind: 'hangs', ms: null };
  if (endedMs - last > deadMs) return { kind: 'hangs', ms: last };
  const gap = Math.max(0, ...echoesMs.slice(1).map((atMs, i) => atMs - (echoesMs[i] ?? atMs)));
  if (gap > gapMs) return { kind: 'recovers', ms: gap };
  const late = first - readyMs;
  return late > noticeableMs ? { kind: 'recovers', ms: late } : { kind: 'survives' };
}

/** Several runs in a few words; where they differ, how many did what. */
export function wordsOf(outcomes: readonly Outcome[]): string {
  const kinds = [...new Set(outcomes.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const same = outcomes.filter((outcome) => outcome.kind === kind);
      const share = kinds.length === 1 ? '' : ` (${same.length} of ${outcomes.length})`;
      return `${phrase(kind, same)}${share}`;
    })
    .join('; ');
}

function phrase(kind: Outcome['kind'], same: readonly Outcome[]): string {
  const times = same.flatMap((outcome) => ('ms' in outcome && outcome.ms !== null ? [outcome.ms] : []));
  const time = times.length === 0 ? null : duration(median(times));
  switch (kind) {
    case 'survives':
      return 'survives';
    case 'recovers':
      return `recovers in ${time}`;
    case 'gives up':
      return time === atOnce ? `gives up ${time}` : `gives up after ${time}`;
    case 'hangs':
      return time === null ? 'hangs' : `hangs after ${time}`;
    case 'not struck':
      return '–';
  }
}

const atOnce = 'at once';

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Rounded as far as the figures can be trusted. */
function duration(ms: number): string {
  if (ms < 25) return atOnce;
  if (ms < 1000) return `${Math.round(ms / 50) * 50} ms`;
  return `${Number((ms / 1000).toFixed(1))} s`;
}
