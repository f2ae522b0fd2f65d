import type { Language } from '../languages.ts';
import { pairEn } from './en.ts';
import { pairKo } from './ko.ts';
import type { PairWords } from './pair-words.ts';

export const pairWordsOf: Readonly<Record<Language, PairWords>> = { en: pairEn, ko: pairKo };
