import { Option } from 'commander';
import { type Language, languageOf, languages } from '../probe/report/words/languages.ts';

/** `--language`; by default what the environment asks for (POSIX: LC_ALL wins over LC_MESSAGES, and that over LANG). */
export function languageOption(): Option {
  return new Option('--language <language>', 'language of the finding and the advice')
    .choices(languages)
    .default(defaultLanguage(), 'from LC_ALL, LC_MESSAGES or LANG');
}

function defaultLanguage(): Language {
  return languageOf(['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => process.env[name]));
}
