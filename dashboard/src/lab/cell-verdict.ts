import type { Headline } from '../../../contract/basics.ts';
import type { LabCell } from '../../../contract/lab-report.ts';
import { words } from '../words.ts';

export interface CellVerdict {
  readonly tone: Headline['status'];
  readonly word: string;
  /** Out of what was expected, or `undefined`. */
  readonly wrong: string | undefined;
}

const text = words.lab.verdicts;

/** What came of a cell, as a word. A failure that was foretold is no fault: it is grey, not red. */
export function cellVerdict({ attempts, succeeded, asExpected }: LabCell): CellVerdict {
  if (asExpected === null) return { tone: 'limited', word: text.undecided, wrong: undefined };
  const word =
    succeeded === 0 ? text.fails : succeeded === attempts ? text.connects : text.some(succeeded, attempts);
  if (!asExpected) return { tone: 'bad', word, wrong: text.unexpected };
  return { tone: succeeded === 0 ? 'unknown' : 'good', word, wrong: undefined };
}
