/** Milliseconds as people read them. Browsers give some times in whole ones, where 0 means less than one. */
export function ms(value: number): string {
  if (value === 0) return '< 1 ms';
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}
