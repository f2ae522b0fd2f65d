/** What to change, for the server that was found. */
import { type CoturnVersion, isBefore, parseVersion } from '../lint/version.ts';

/** The lines for coturn by version: the first row that fits counts; `before` is exclusive. */
export interface CoturnFix {
  readonly before?: string;
  readonly text: string;
}

export interface Fix {
  readonly coturn: string | readonly CoturnFix[];
  /** For any other server. */
  readonly other: string;
}

/** A range of releases; null: open at that end. */
export interface VersionRange {
  readonly atLeast: CoturnVersion | null;
  readonly before: CoturnVersion | null;
}

export interface ServerIdentity {
  readonly family: 'coturn' | 'unknown';
  readonly version: VersionRange | null;
}

/** @param answered a server that says nothing may well be coturn, which most are */
export function fixFor(fix: Fix, server: ServerIdentity, answered = true): string {
  if (!answered) return `${fix.other}\ncoturn: ${coturnFix(fix, server)}`;
  return server.family === 'coturn' ? coturnFix(fix, server) : fix.other;
}

function coturnFix(fix: Fix, server: ServerIdentity): string {
  if (typeof fix.coturn === 'string') return fix.coturn;
  const rows = fix.coturn.filter((row, i) =>
    mayApply(row, fix.coturn[i - 1] as CoturnFix | undefined, server),
  );
  if (rows.length === 1) return rows[0]?.text ?? fix.other;
  return rows
    .map((row) => `${row.before === undefined ? 'later' : `before ${row.before}`}: ${row.text}`)
    .join('\n');
}

/** Whether some release in the range falls into the row, which begins where the row above it ends. */
function mayApply(row: CoturnFix, above: CoturnFix | undefined, { version }: ServerIdentity): boolean {
  if (version === null) return true;
  const { atLeast, before } = version;
  const tooNew = row.before !== undefined && atLeast !== null && !isBefore(atLeast, row.before);
  const start = above?.before === undefined ? null : parseVersion(above.before);
  const tooOld = start !== null && before !== null && !isBefore(start, before.text);
  return !tooNew && !tooOld;
}
