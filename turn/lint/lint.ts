/** Runs the rules over a file. Pure: what it needs to know about the host comes in as `environment`. */
import { type LintFinding, type LintReportBody, lintSeverities } from '../../contract/lint-report.ts';
import type { AppFacts } from './app/app-facts.ts';
import { appRules } from './app/app-rules.ts';
import { LintConfig } from './config.ts';
import { type LintEnvironment, nothingKnown } from './environment.ts';
import { parseConf } from './parse-conf.ts';
import type { RuleFinding, RuleText } from './rule.ts';
import { ruleTable } from './rule-table.ts';
import type { CoturnVersion } from './version.ts';

export interface Judged {
  readonly rule: RuleText;
  readonly finding: RuleFinding;
  /** Where it stands, if not in the linted file. */
  readonly file?: string;
}

const maxMessage = 1000;
const maxFix = 4000;

/** Every finding, in the order of the rules. */
export function judge(text: string, version: CoturnVersion, environment: LintEnvironment): Judged[] {
  const config = new LintConfig(parseConf(text), version, environment);
  return ruleTable.flatMap((rule) => rule.check(config).map((finding) => ({ rule, finding })));
}

/** What the application's file says, held against the server's. */
export function judgeApp(
  text: string,
  version: CoturnVersion,
  app: { readonly file: string; readonly facts: AppFacts },
): Judged[] {
  const config = new LintConfig(parseConf(text), version, nothingKnown);
  return appRules.flatMap((rule) =>
    rule.check(app.facts, config).map((finding) => ({ rule, finding, file: app.file })),
  );
}

/** Worst first, then by line; what is missing in the file comes after what stands there. */
export function toFindings(judged: readonly Judged[]): LintFinding[] {
  return judged
    .map(({ rule, finding, file }) => ({
      ...(file !== undefined && { file }),
      rule: rule.name,
      number: rule.number,
      severity: finding.severity ?? rule.severity,
      line: finding.line,
      column: finding.column,
      option: finding.option === null ? null : cut(finding.option, 200),
      message: cut(finding.message, maxMessage),
      fix: cut(finding.fix, maxFix),
      fixable: finding.edit !== undefined,
    }))
    .sort(
      (a, b) =>
        lintSeverities.indexOf(a.severity) - lintSeverities.indexOf(b.severity) ||
        lineOrder(a.line) - lineOrder(b.line) ||
        a.number - b.number,
    );
}

export function countBySeverity(findings: readonly LintFinding[]): LintReportBody['counts'] {
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function lineOrder(line: number | null): number {
  return line ?? Number.MAX_SAFE_INTEGER;
}
