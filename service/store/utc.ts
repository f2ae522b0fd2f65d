const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * ISO 8601 with any offset → the same instant as `YYYY-MM-DDTHH:MM:SS.sssZ`, so that text order is time order in
 * every database. Instants outside 1970–9999 (a sender’s broken clock) become `fallback`.
 */
export function toUtc(iso: string, fallback: Date): string {
  const ms = Date.parse(iso);
  return ms >= 0 && ms <= latestMs ? new Date(ms).toISOString() : fallback.toISOString();
}

/** The earlier of two times as {@link toUtc} writes them. */
export function earlierUtc(a: string, b: string): string {
  if (a < b) return a;
  return b;
}

/** The later of two times as {@link toUtc} writes them. */
export function laterUtc(a: string, b: string): string {
  if (a > b) return a;
  return b;
}

/** Times as {@link toUtc} writes them; `until` is exclusive. */
export interface TimeRange {
  readonly since: string;
  readonly until: string;
}
