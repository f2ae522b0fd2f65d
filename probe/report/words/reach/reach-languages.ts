import type { Language } from '../languages.ts';
import { reachEn } from './en.ts';
import { reachKo } from './ko.ts';
import type { ReachWords } from './reach-words.ts';

export const reachWordsOf: Readonly<Record<Language, ReachWords>> = { en: reachEn, ko: reachKo };
