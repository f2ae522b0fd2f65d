/** The languages of the pages that visitors see. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

/** The first wanted language (BCP 47 tags, most wanted first) that there is; English where none is. */
export function chooseLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => isLanguage(tag)) ?? 'en';
}

function isLanguage(tag: string | undefined): tag is Language {
  return languages.some((known) => known === tag);
}
