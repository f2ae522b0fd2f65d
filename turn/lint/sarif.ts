import type { LintReport } from '../../contract/lint-report.ts';
import { sarifDocument } from '../sarif.ts';
import type { RuleText } from './rule.ts';

export function sarifLog({ body, tool }: LintReport, rules: readonly RuleText[]): object {
  return sarifDocument(
    tool,
    rules.map(({ name, number, title, why, fix, severity }) => ({
      id: name,
      title,
      why,
      fix,
      severity,
      properties: { number },
    })),
    body.findings.map(({ rule, severity, message, fix, line, column, file }) => ({
      ruleId: rule,
      severity,
      message: `${message}\nFix: ${fix}`,
      uri: fileUri(file ?? body.file),
      // What is missing in the file belongs to its first line.
      region: { startLine: line ?? 1, startColumn: column ?? 1 },
    })),
  );
}

/** A relative reference, or `file:` for an absolute path (RFC 3986 section 4.1, RFC 8089). */
function fileUri(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
