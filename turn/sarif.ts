/** SARIF 2.1.0 (OASIS), the least that code scanning reads: rules, results, places. */

export type SarifSeverity = 'critical' | 'high' | 'medium' | 'low' | 'info';

export interface SarifRule {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly severity: SarifSeverity;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface SarifResult {
  readonly ruleId: string;
  readonly severity: SarifSeverity;
  readonly message: string;
  /** A relative reference or an absolute URI (RFC 3986). */
  readonly uri: string;
  /** From 1; absent where the place has no lines. */
  readonly region?: { readonly startLine: number; readonly startColumn: number };
}

const levels: Readonly<Record<SarifSeverity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
/** What GitHub sorts by: a CVSS-like number as text. */
const securitySeverity: Readonly<Record<SarifSeverity, string>> = {
  critical: '9.5',
  high: '7.5',
  medium: '5.0',
  low: '2.0',
  info: '0.0',
};

/** Rules that no result names are left out. */
export function sarifDocument(
  tool: { readonly name: string; readonly version: string },
  rules: readonly SarifRule[],
  results: readonly SarifResult[],
): object {
  const used = rules.filter(({ id }) => results.some(({ ruleId }) => ruleId === id));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: tool.name,
            version: tool.version,
            rules: used.map(({ id, title, why, fix, severity, properties }) => ({
              id,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: `${why}\n\nFix: ${fix}` },
              defaultConfiguration: { level: levels[severity] },
              properties: { 'security-severity': securitySeverity[severity], ...properties },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: results.map(({ ruleId, severity, message, uri, region }) => ({
          ruleId,
          ruleIndex: used.findIndex(({ id }) => id === ruleId),
          level: levels[severity],
          message: { text: message },
          locations: [
            { physicalLocation: { artifactLocation: { uri }, ...(region === undefined ? {} : { region }) } },
          ],
        })),
      },
    ],
  };
}
