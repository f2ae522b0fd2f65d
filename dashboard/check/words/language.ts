/** The language that the page speaks; its dictionary is loaded when it is needed. Reports are always in English. */
import { en, type Words } from './en.ts';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

let spoken: { readonly language: Language; readonly words: Words } = { language: 'en', words: en };

export function words(): Words {
  return spoken.words;
}

export function language(): Language {
  return spoken.language;
}

/** The first wanted language (BCP 47 tags, most wanted first) that there is; English where none is. Never rejects. */
export async function speak(wanted: readonly string[]): Promise<Language> {
  const chosen = wanted.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => isLanguage(tag)) ?? 'en';
  if (chosen === 'ko') {
    try {
      const { ko } = await import('./ko.ts');
      spoken = { language: 'ko', words: ko };
      return 'ko';
    } catch {
      // A dictionary that does not load must not keep anybody from the check.
    }
  }
  spoken = { language: 'en', words: en };
  return 'en';
}

function isLanguage(tag: string | undefined): tag is Language {
  return languages.some((known) => known === tag);
}
