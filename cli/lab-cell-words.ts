/** One cell of a lab report in words and marks. */
import type { LabCell } from '../contract/lab-report.ts';
import { marks, type Style } from './style.ts';

/** Colour never stands alone: ✔ or ✖ for what happened, and a word where that was not expected. */
export function verdictOf(cell: LabCell): {
  readonly style: Style;
  readonly mark: string;
  readonly word: string;
} {
  if (cell.asExpected === null) return { style: 'unknown', mark: marks.unknown, word: 'undecided' };
  const all = cell.succeeded === cell.attempts;
  const word = all ? 'connected' : cell.succeeded === 0 ? 'failed' : `${cell.succeeded}/${cell.attempts}`;
  const mark = cell.succeeded > 0 ? marks.good : marks.bad;
  if (cell.asExpected) return { style: cell.succeeded > 0 ? 'good' : 'limited', mark, word };
  return { style: 'bad', mark, word };
}

export const msText = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
