/** A group of evidence under one name, and what is told of it. */
import type { Evidence } from '../../contract/evidence.ts';
import type { ServerResult } from '../../contract/nat-report.ts';
import type { NatVerdicts } from '../nat/classify.ts';
import type { FilterTest } from '../nat/classify-filtering.ts';

export interface TestGroup {
  /** The part of the purposes before the slash, e.g. `filter-1`. */
  readonly name: string;
  readonly group: readonly Evidence[];
  /** The server whose result the group belongs to. */
  readonly server: ServerResult | null;
}

/** What the whole run says, read again by this release. */
export interface RunReading {
  readonly evidence: readonly Evidence[];
  readonly filterTests: readonly FilterTest[];
  readonly judged: NatVerdicts;
}

/** How one kind of test is retold. */
export interface TestTeller {
  readonly tells: (name: string) => boolean;
  /** What the test is for. */
  readonly aim: (name: string) => string;
  /** What a question asks beyond a plain Binding, by the part of its purpose behind the slash; null: nothing. */
  readonly request: (test: string) => string | null;
  /** What it led to, in the words of the rule that was applied. */
  readonly conclusions: (group: TestGroup, run: RunReading) => string[];
}
