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

/** Terminals give Hangul and the full-width forms two columns (Unicode Standard Annex 11). */
const wide = /[\u1100-\u115f\u3000-\u303e\u3130-\u318f\uac00-\ud7a3\uff01-\uff60]/g;

export function columnsOf(text: string): number {
  return text.length + (text.match(wide)?.length ?? 0);
}
