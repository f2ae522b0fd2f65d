/** A lint report for people: one block per severity, worst first, the fix under each finding. */
import { type LintFinding, type LintReportBody, lintSeverities } from '../contract/lint-report.ts';
import type { RuleText } from '../turn/lint/rule.ts';
import type { Paint, Style } from './style.ts';
import { wrap } from './wrap.ts';

const styles: Readonly<Record<LintFinding['severity'], Style>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'limited',
  low: 'unknown',
};

const sources: Readonly<Record<LintReportBody['coturn']['source'], string>> = {
  given: 'as --for says',
  installed: 'as installed here',
  'newest-known':
    'the newest that this linter knows; turnserver is not installed here, and --for was not given',
};

/** Control characters of the linted file must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (char) => (char === '\n' ? char : '�'));
}

function place(linted: string, { file = linted, line, column }: LintFinding): string {
  return line === null ? file : `${file}:${line}:${column ?? 1}`;
}

function block(file: string, finding: LintFinding, width: number, paint: Paint): string[] {
  const head = `${place(file, finding)} ${paint(styles[finding.severity], finding.severity)} ${paint('bold', finding.rule)}`;
  const fixLines = finding.fix
    .split('\n')
    .flatMap((line) => (line.includes(' ') ? wrap(line, width - 9) : [line]));
  const mark = finding.fixable ? paint('dim', ' (--fix)') : '';
  return [
    head,
    ...wrap(printable(finding.message), width - 4).map((line) => `    ${line}`),
    ...fixLines.map(
      (line, i) =>
        `    ${i === 0 ? 'fix: ' : '     '}${printable(line)}${i === fixLines.length - 1 ? mark : ''}`,
    ),
  ];
}

export function lintReportText(
  { body }: { readonly body: LintReportBody },
  width: number,
  paint: Paint,
): string {
  const { file, findings, counts, coturn, fixed } = body;
  const lines = findings.flatMap((finding) => [...block(file, finding, width, paint), '']);
  const done = fixed.map(({ rule, message }) => `fixed ${paint('good', rule)}: ${printable(message)}`);
  if (done.length > 0) lines.unshift(...done, '');
  const numbers = lintSeverities.filter((name) => counts[name] > 0).map((name) => `${counts[name]} ${name}`);
  const fixable = findings.filter((finding) => finding.fixable).length;
  const total = `${findings.length} finding${findings.length === 1 ? '' : 's'}`;
  const summary =
    findings.length === 0
      ? paint('good', 'No findings.')
      : `${paint('bold', total)}: ${numbers.join(', ')}${fixable > 0 ? ` · ${fixable} that --fix repairs` : ''}`;
  const judged = wrap(`Judged for coturn ${coturn.version}, ${sources[coturn.source]}.`, width);
  lines.push(summary, ...judged.map((line) => paint('dim', line)));
  return `${lines.join('\n')}\n`;
}

export function explainText(rule: RuleText, width: number, paint: Paint): string {
  const title = `${paint('bold', rule.name)} · rule ${rule.number} · ${paint(styles[rule.severity], rule.severity)}`;
  return `${[title, ...wrap(rule.title, width), '', ...wrap(rule.why, width), '', ...wrap(`Fix: ${rule.fix}`, width)].join('\n')}\n`;
}
