import { en } from './en.ts';
import type { Words } from './headline-words.ts';
import { ko } from './ko.ts';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

export const wordsOf: Readonly<Record<Language, Words>> = { en, ko };

/** From POSIX locale names, most telling first: `ko_KR.UTF-8` → `ko`. English where none says Korean. */
export function languageOf(locales: readonly (string | undefined)[]): Language {
  const decisive = locales.find((locale) => locale !== undefined && locale !== '');
  return decisive !== undefined && /^ko([_.@-]|$)/i.test(decisive) ? 'ko' : 'en';
}
