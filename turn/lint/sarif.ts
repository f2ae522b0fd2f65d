/** SARIF 2.1.0 (OASIS), the least that code scanning reads: rules, results, places. */
import type { LintReport, LintSeverity } from '../../contract/lint-report.ts';
import type { Rule } from './rule.ts';

const levels: Readonly<Record<LintSeverity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};
/** What GitHub sorts by: a CVSS-like number as text. */
const securitySeverity: Readonly<Record<LintSeverity, string>> = {
  critical: '9.5',
  high: '7.5',
  medium: '5.0',
  low: '2.0',
};

export function sarifLog({ body, tool }: LintReport, rules: readonly Rule[]): object {
  const used = rules.filter(({ name }) => body.findings.some(({ rule }) => rule === name));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            version: tool.version,
            rules: used.map((rule) => ({
              id: rule.name,
              shortDescription: { text: rule.title },
              fullDescription: { text: rule.why },
              help: { text: `${rule.why}\n\nFix: ${rule.fix}` },
              defaultConfiguration: { level: levels[rule.severity] },
              properties: { 'security-severity': securitySeverity[rule.severity], number: rule.number },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: body.findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: used.findIndex(({ name }) => name === finding.rule),
          level: levels[finding.severity],
          message: { text: `${finding.message}\nFix: ${finding.fix}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: fileUri(body.file) },
                // What is missing in the file belongs to its first line.
                region: { startLine: finding.line ?? 1, startColumn: finding.column ?? 1 },
              },
            },
          ],
        })),
      },
    ],
  };
}

/** A relative reference, or `file:` for an absolute path (RFC 3986 section 4.1, RFC 8089). */
function fileUri(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
