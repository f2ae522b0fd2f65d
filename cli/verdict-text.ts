import type { Verdict } from '../contract/nat-report.ts';

interface ShownVerdict extends Pick<Verdict, 'name' | 'value'> {
  readonly atLeast?: boolean | undefined;
}

/** A verdict's value for people. */
export function verdictText({ name, value, atLeast }: ShownVerdict): string {
  if (value === null) return 'unknown';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ') || 'none';
  if (typeof value === 'string') return value;
  if (name === 'portPrediction') return `${Number((100 * value).toPrecision(2))} %`;
  // Of a lifetime the value is the longest idle time that was survived; how far off the end is, is in the reason.
  return `${atLeast ? 'at least ' : ''}${value}${name === 'bindingLifetimeSec' ? ' s' : ''}`;
}
