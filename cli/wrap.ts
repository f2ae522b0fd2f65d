import { stripVTControlCharacters } from 'node:util';

/** Breaks text at blanks into lines of at most `width` columns; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** The same behind so many blanks, which count. */
export function indented(text: string, width: number, blanks = 2): string[] {
  return wrap(text, width - blanks).map((line) => `${' '.repeat(blanks)}${line}`);
}

/** Terminals give Hangul and the full-width forms two columns (Unicode Standard Annex 11), and colours none. */
const wide = /[\u1100-\u115f\u3000-\u303e\u3130-\u318f\uac00-\ud7a3\uff01-\uff60]/g;

export function columnsOf(text: string): number {
  const seen = stripVTControlCharacters(text);
  return seen.length + (seen.match(wide)?.length ?? 0);
}
