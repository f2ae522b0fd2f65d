/** Width to write for: that of the terminal within readable bounds, 100 where there is none. */
export function columns(): number {
  return Math.min(140, Math.max(60, process.stdout.columns ?? 100));
}
