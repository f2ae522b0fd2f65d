/** `12.3 %`; `0 %` and `100 %` are exact, so that what is rare does not read as never. */
export function percentText(share: number): string {
  // Sums of products are off by some 1e-16.
  if (share < 1e-12) return '0 %';
  if (share > 1 - 1e-12) return '100 %';
  if (share < 0.0005) return '< 0.1 %';
  return share >= 0.9995 ? '> 99.9 %' : `${(100 * share).toFixed(1)} %`;
}
