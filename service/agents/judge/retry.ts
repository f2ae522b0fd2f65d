/** Waits that grow: half of them certain, half of them left to chance, so that those who fail together come back apart. */
export interface Growth {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * @param failures how often it has failed already, from 1 on
 * @param chance from 0 up to 1
 */
export function retryAfterMs(failures: number, { firstMs, longestMs }: Growth, chance: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return full / 2 + (full / 2) * chance;
}
