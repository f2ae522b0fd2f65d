/** RFC 8656 s3.2. */
export const defaultLifetimeSec = 600;
/** RFC 8656 s7.2 recommends at most an hour. */
export const maxLifetimeSec = 3600;

/** RFC 8656 s7.2, s8.2: what the client asks for, but never less than the default and never more than an hour. */
export function grantedLifetimeSec(requested: number | undefined): number {
  return Math.min(Math.max(requested ?? defaultLifetimeSec, defaultLifetimeSec), maxLifetimeSec);
}
