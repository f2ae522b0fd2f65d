import type { TurnReport } from '../../../contract/turn-report.ts';
import { sarifDocument } from '../../sarif.ts';

/** Failed checks and warnings; the place is the server's URI. */
export function turnSarif({ body, tool }: TurnReport): object {
  const faults = body.checks.filter(({ status }) => status === 'failed' || status === 'warned');
  return sarifDocument(
    tool,
    faults.map(({ id, title, sent, expected, rfc, fix, severity, group }) => ({
      id,
      title,
      why: `Sent: ${sent}. Expected: ${expected}${rfc === null ? '' : ` (${rfc})`}.`,
      fix: fix ?? 'none known',
      severity,
      properties: { group },
    })),
    faults.map(({ id, title, observed, fix, severity, status }) => ({
      ruleId: id,
      // A warning is no error, whatever a failure of the same check would be.
      severity: status === 'warned' && (severity === 'critical' || severity === 'high') ? 'medium' : severity,
      message: `${title}: ${observed}${fix === null ? '' : `\nFix: ${fix}`}`,
      uri: body.target.uri,
    })),
  );
}
