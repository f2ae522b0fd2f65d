/** Numbers as people read them, always with their unit. */
import type { Rate } from '../../../contract/runs.ts';

const thin = '\u202f';

/** 0 ms · 0.42 ms · 12.3 ms · 183 ms · 2.41 s; a dash for null. */
export function formatMs(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '–';
  if (ms === 0) return `0${thin}ms`;
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)}${thin}s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)}${thin}s`;
  if (ms >= 100) return `${Math.round(ms)}${thin}ms`;
  return `${ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)}${thin}ms`;
}

/** As {@link formatMs}, below a millisecond in microseconds: 312 µs. */
export function formatUs(us: number | null | undefined): string {
  if (us === null || us === undefined || us >= 1000) return formatMs(us && us / 1000);
  return `${Math.round(us)}${thin}µs`;
}

/** 0.873 → `87 %`; a share that is not whole never shows as 0 % or 100 %. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined) return '–';
  const percent = share * 100;
  if (percent > 99 && percent < 100) return `>99${thin}%`;
  if (percent > 0 && percent < 1) return `<1${thin}%`;
  return `${Math.round(percent)}${thin}%`;
}

/** The 95 % interval: `74–99 %`. */
export function formatInterval({ low, high }: Rate): string {
  if (low === null || high === null) return '–';
  return `${Math.round(low * 100)}–${Math.round(high * 100)}${thin}%`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** 1 536 → `1.5 kB`; decimal prefixes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}${thin}B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)}${thin}kB`;
  return `${(bytes / 1e6).toFixed(1)}${thin}MB`;
}
