/** Characters that only look plain; coturn takes them literally. */
/** What editors, chats and web pages put in place of plain characters. */
export const oddCharacters: readonly (readonly [RegExp, string, string])[] = [
  [/\ufeff/g, '', 'a byte order mark'],
  [/[\u00a0\u2007\u202f]/g, ' ', 'a no-break space'],
  [/[\u2018\u2019\u201a]/g, "'", 'a typographic quote'],
  [/[\u201c\u201d\u201e]/g, '"', 'a typographic quote'],
  [/\uff1d/g, '=', 'a full-width ＝'],
  [/[\u2010\u2011\u2012\u2013\u2014\u2212]/g, '-', 'a typographic dash'],
  [/[\u200b-\u200d\u2060]/g, '', 'an invisible character'],
];

export function hasOddCharacters(text: string): boolean {
  return oddCharacters.some(([pattern]) => text.search(pattern) >= 0);
}
