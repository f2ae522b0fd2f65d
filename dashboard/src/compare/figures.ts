/** Figures of comparisons as people read them. */
import { type Figure, isProcessorTime } from '../../../compare/beside.ts';

const thin = '\u202f';

/** 412 kbit/s · 3.42 Mbit/s · 371 Mbit/s · 77.6 Gbit/s; a dash for null. */
export function formatRate(kbps: number | null): string {
  if (kbps === null) return '–';
  if (kbps < 1_000) return `${Math.round(kbps)}${thin}kbit/s`;
  const [value, unit] = kbps < 1e6 ? [kbps / 1_000, 'Mbit/s'] : [kbps / 1e6, 'Gbit/s'];
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)}${thin}${unit}`;
}

/** Of one core. */
export function formatCpu(percent: number | null): string {
  if (percent === null) return '–';
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)}${thin}%`;
}

export function formatFigure(figure: Figure, value: number): string {
  return isProcessorTime(figure) ? formatCpu(value) : formatRate(value);
}

/** With its sign: −3 %, +12 %. */
export function formatError(error: number): string {
  const percent = Math.round(error * 100);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)}${thin}%`;
}

/** @param sorted ascending; null where it is empty */
export function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
