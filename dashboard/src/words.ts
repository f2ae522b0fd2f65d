/**
 * Everything that the dashboard says, in one place, so that another language is another set of these files.
 * Components hold no text of their own.
 */
import { accessWords } from './words/access-words.ts';
import { agentsWords } from './words/agents-words.ts';
import { compareWords } from './words/compare-words.ts';
import { labWords } from './words/lab-words.ts';
import { linksWords } from './words/links-words.ts';
import { loadWords } from './words/load-words.ts';
import { monitorsWords } from './words/monitors-words.ts';
import { natWords } from './words/nat-words.ts';
import { overviewWords } from './words/overview-words.ts';
import { reportWords } from './words/report-words.ts';
import { runsWords } from './words/runs-words.ts';
import { serversWords } from './words/servers-words.ts';
import { shellWords } from './words/shell-words.ts';
import { simulateWords } from './words/simulate-words.ts';
import { statisticsWords } from './words/statistics-words.ts';
import { termWords } from './words/term-words.ts';
import { turnWords } from './words/turn-words.ts';
import { visitWords } from './words/visit-words.ts';

export const words = {
  ...shellWords,
  ...termWords,
  ...overviewWords,
  ...runsWords,
  ...reportWords,
  ...natWords,
  ...visitWords,
  ...labWords,
  ...linksWords,
  ...loadWords,
  ...statisticsWords,
  ...serversWords,
  ...turnWords,
  ...compareWords,
  ...simulateWords,
  ...monitorsWords,
  ...agentsWords,
  ...accessWords,
} as const;
