import type { TurnReportBody } from '../../../contract/turn-report.ts';
import { Notice } from '../panels/notice.tsx';
import { EvidenceLinks } from '../run/evidence-links.tsx';
import { words } from '../words.ts';
import { checkTones, faultsOf } from './check-tones.ts';
import { Finding, FindingList } from './finding.tsx';

interface CheckFindingsProps {
  readonly body: Pick<TurnReportBody, 'checks' | 'unreachable'>;
  /** The evidence table is on the same page. */
  readonly linkEvidence: boolean;
  /** Only the worst so many. */
  readonly most?: number;
}

/** Failed and warned checks, worst first. */
export function CheckFindings({ body: { checks, unreachable }, linkEvidence, most }: CheckFindingsProps) {
  if (unreachable !== null) {
    return (
      <Notice tone="bad" title={words.turn.noAnswer}>
        <p>
          {unreachable.message} {unreachable.next}
        </p>
      </Notice>
    );
  }
  const faults = faultsOf(checks);
  if (faults.length === 0) return <p>{words.turn.noFindings}</p>;
  return (
    <FindingList>
      {faults
        .slice(0, most)
        .map(({ id, title, status, severity, observed, expected, rfc, fix, evidence }) => (
          <Finding
            key={id}
            name={id}
            title={title}
            tone={checkTones[status]}
            word={words.turn.statuses[status]}
            severity={severity}
            fix={fix}
            facts={[
              { term: words.turn.seen, text: observed },
              { term: words.turn.wanted, text: rfc === null ? expected : `${expected} (${rfc})` },
              ...(linkEvidence && evidence.length > 0
                ? [{ term: words.turn.evidence, text: <EvidenceLinks ids={evidence} /> }]
                : []),
            ]}
          />
        ))}
    </FindingList>
  );
}
