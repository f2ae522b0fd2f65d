/** What came of one fault. */
export interface Outcome {
  readonly id: string;
  /** Each tool that must find it: has it? Null: it need not. */
  readonly byCheck: boolean | null;
  readonly byLint: boolean | null;
  /** Checks that failed and belong to no fault. */
  readonly strays: readonly string[];
  /** The printed fix names what has to be done. */
  readonly named: boolean;
  /** After the fix the server was started again, and what was found is gone, with nothing new. */
  readonly mended: boolean;
  /** No secret stands in anything that was printed. */
  readonly masked: boolean;
  /** What is not as it should be. */
  readonly remarks: readonly string[];
}

export function isFound({ byCheck, byLint, strays }: Outcome): boolean {
  return byCheck !== false && byLint !== false && strays.length === 0;
}

export function isWhole(outcome: Outcome): boolean {
  return isFound(outcome) && outcome.named && outcome.mended && outcome.masked;
}
