/** Versions of coturn as three numbers; rules ask "before" and "from". */
export interface CoturnVersion {
  readonly text: string;
  readonly numbers: readonly [number, number, number];
}

/** The newest release that the option table and the rules know. */
export const newestKnown = '4.17.1';

/** `4.6.1`, `4.7`, also with a Debian revision behind it (`4.6.1-1`). null: not a version. */
export function parseVersion(text: string): CoturnVersion | null {
  const match = /^\s*v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[.\-+~][0-9A-Za-z.\-+~]*)?\s*$/.exec(text);
  if (match === null) return null;
  const numbers = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] as const;
  return { text: numbers.join('.'), numbers: [...numbers] };
}

function compare(a: CoturnVersion, b: CoturnVersion): number {
  return a.numbers[0] - b.numbers[0] || a.numbers[1] - b.numbers[1] || a.numbers[2] - b.numbers[2];
}

/** True when `version` is older than `than`; a malformed `than` is a fault of a table and throws. */
export function isBefore(version: CoturnVersion, than: string): boolean {
  const limit = parseVersion(than);
  if (limit === null) throw new TypeError(`not a version: ${than}`);
  return compare(version, limit) < 0;
}
