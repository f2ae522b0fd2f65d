/**
 * Reads turnserver.conf as coturn 4.x does. Blanks before the option are skipped; a line whose first character
 * then is `#` is a comment, and there is no other comment: what follows a value on its line is part of it. The
 * option ends at the first blank or `=`, the value begins after any number of these, white space at the end of
 * the line is cut, and a value that begins with `"` loses that and one `"` at its end. Never throws.
 */
export interface ConfLine {
  /** From 1. */
  readonly number: number;
  /** Without the line end. */
  readonly text: string;
  /** `\n`, `\r\n`, or empty on a last line that has none. */
  readonly end: string;
}

export interface ConfEntry {
  readonly line: number;
  /** Column of the option, from 1, in characters. */
  readonly column: number;
  readonly option: string;
  /** null: nothing stands behind the option. Empty: `option=`. */
  readonly value: string | null;
  /** Column of the value, or of the option where there is none. */
  readonly valueColumn: number;
  /** The whole line as it stands. */
  readonly raw: string;
}

export interface ConfFile {
  readonly text: string;
  readonly lines: readonly ConfLine[];
  readonly entries: readonly ConfEntry[];
}

/** What coturn skips before an option; a no-break space or a byte order mark is not among it. */
const leading = /^[ \t]*/;
const trailing = /[ \t\n\v\f\r]+$/;
const separator = /[ =\t]/;

export function parseConf(text: string): ConfFile {
  const lines: ConfLine[] = [];
  const entries: ConfEntry[] = [];
  for (const [whole, body = '', end = ''] of text.matchAll(/([^\n]*?)(\r?\n|$)/g)) {
    if (whole === '') continue;
    const line: ConfLine = { number: lines.length + 1, text: body, end };
    lines.push(line);
    const entry = parseLine(line);
    if (entry !== null) entries.push(entry);
  }
  return { text, lines, entries };
}

function parseLine(line: ConfLine): ConfEntry | null {
  const indent = leading.exec(line.text)?.[0].length ?? 0;
  const body = line.text.slice(indent).replace(trailing, '');
  if (body === '' || body.startsWith('#')) return null;
  const at = body.search(separator);
  const place = { line: line.number, column: indent + 1, raw: line.text };
  if (at < 0) return { ...place, option: body, value: null, valueColumn: indent + 1 };
  let begin = at;
  while (begin < body.length && separator.test(body.charAt(begin))) begin += 1;
  let value = body.slice(begin);
  if (value.startsWith('"')) {
    begin += 1;
    value = value.slice(1).replace(/[ \t\r\n]+$/, '');
    if (value.endsWith('"')) value = value.slice(0, -1);
  }
  return { ...place, option: body.slice(0, at), value, valueColumn: indent + begin + 1 };
}

/** What coturn makes of the value of a flag; null: it ends with "Unknown boolean value". */
export function booleanValue(value: string | null): boolean | null {
  if (value === null || value === '') return true;
  if (/^[0nNfF]/.test(value)) return false;
  if (/^[yYtT1-9]/.test(value)) return true;
  if (['off', 'OFF', 'Off'].includes(value)) return false;
  if (['on', 'ON', 'On'].includes(value)) return true;
  return null;
}
