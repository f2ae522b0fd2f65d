/** Where a sign-in may end: on a page of this service. */

/** Never pages: what lies there answers programs, or would begin the sign-in anew. */
const notPages = /^\/(?:api|ws|whip|whep|docs|metrics|assets)(?:[/?#]|$)/;

/**
 * The path, if it is one of this site; else the overview. Anything that a browser could read as another site is none:
 * `//host`, `/\host`, and whatever holds blanks, backslashes or control characters, which browsers drop or turn.
 */
export function returnPath(wanted: string | undefined): string {
  if (wanted === undefined || wanted.length > 1_000) return '/';
  return /^\/(?!\/)[!-[\]-~]*$/.test(wanted) && !notPages.test(wanted) ? wanted : '/';
}
