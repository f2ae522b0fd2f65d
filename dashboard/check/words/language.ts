/** The language that the page speaks; its dictionary is loaded when it is needed. Reports are always in English. */
import { withDeadline } from '../deadline.ts';
import { loadPart } from '../load-part.ts';
import { chooseLanguage, type Language } from './choose-language.ts';
import { en, type Words } from './en.ts';

/** Rather English now than Korean at some time. */
const dictionaryMs = 4_000;

let spoken: { readonly language: Language; readonly words: Words } = { language: 'en', words: en };

export function words(): Words {
  return spoken.words;
}

export function language(): Language {
  return spoken.language;
}

export interface Speaking {
  readonly language: Language;
  /** The wanted one did not load. */
  readonly isStopgap: boolean;
}

/** Loads the dictionary of the language that fits best (`chooseLanguage`). Never rejects. */
export async function speak(wanted: readonly string[]): Promise<Speaking> {
  const chosen = chooseLanguage(wanted);
  spoken = { language: 'en', words: en };
  if (chosen === 'ko') {
    try {
      const { ko } = await withDeadline(
        loadPart(() => import('./ko.ts')),
        dictionaryMs,
        'the dictionary',
      );
      spoken = { language: 'ko', words: ko };
    } catch {
      // A dictionary that does not load must not keep anybody from the check.
      return { language: 'en', isStopgap: true };
    }
  }
  return { language: spoken.language, isStopgap: false };
}
