/** What a rule is. Its number is the one of the rule list in `docs/lint-rules.md`. */
import type { LintSeverity } from '../../contract/lint-report.ts';
import type { LintConfig } from './config.ts';
import type { ConfEntry } from './parse-conf.ts';

/** A change that `--fix` may make. Comments and the order of lines stay. */
export type LineEdit =
  | { readonly kind: 'replace'; readonly line: number; readonly text: readonly string[] }
  /** Put behind a `#`, so that the operator still sees what stood there. */
  | { readonly kind: 'comment-out'; readonly line: number }
  | { readonly kind: 'append'; readonly text: readonly string[] };

/** `several` are made together or not at all. */
export type Edit = LineEdit | { readonly kind: 'several'; readonly edits: readonly LineEdit[] };

export interface RuleFinding {
  /** null: nothing stands in the file; something is missing. */
  readonly line: number | null;
  readonly column: number | null;
  readonly option: string | null;
  readonly message: string;
  /** The line to write, or what to do. */
  readonly fix: string;
  /** Only where the change cannot take anything away that the operator meant. */
  readonly edit?: Edit;
  /** Where one case of the rule is worse or better than the others. */
  readonly severity?: LintSeverity;
}

/** What people read of a rule. */
export interface RuleText {
  readonly number: number;
  readonly name: string;
  readonly severity: LintSeverity;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
}

export interface Rule extends RuleText {
  check(config: LintConfig): readonly RuleFinding[];
}

export type Extra = Pick<RuleFinding, 'edit' | 'severity'>;

export function at(entry: ConfEntry, message: string, fix: string, extra: Extra = {}): RuleFinding {
  return { line: entry.line, column: entry.column, option: entry.option, message, fix, ...extra };
}

/** The finding points at the value. */
export function atValue(entry: ConfEntry, message: string, fix: string, extra: Extra = {}): RuleFinding {
  return { ...at(entry, message, fix, extra), column: entry.valueColumn };
}

/** The finding stands in another file than the linted one. */
export function atSpot(
  { line, column }: { readonly line: number; readonly column: number },
  message: string,
  fix: string,
  severity?: LintSeverity,
): RuleFinding {
  return { line, column, option: null, message, fix, ...(severity !== undefined && { severity }) };
}

export function missing(option: string, message: string, fix: string, extra: Extra = {}): RuleFinding {
  return { line: null, column: null, option, message, fix, ...extra };
}

export function commentOut(entry: ConfEntry): LineEdit {
  return { kind: 'comment-out', line: entry.line };
}

export function append(...text: readonly string[]): LineEdit {
  return { kind: 'append', text };
}

export function replaceLine(entry: ConfEntry, ...text: readonly string[]): LineEdit {
  return { kind: 'replace', line: entry.line, text };
}
