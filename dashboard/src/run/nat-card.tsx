import type { NatReportBody } from '../../../contract/nat-report.ts';
import { formatMs } from '../format/measure.ts';
import { asSentence } from '../format/sentence.ts';
import { Confidence } from '../panels/confidence.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { EvidenceLinks } from './evidence-links.tsx';
import classes from './nat-card.module.css';
import { type NatFact, natFacts } from './nat-facts.ts';

type NatCardProps = Pick<NatReportBody, 'nat' | 'verdicts'> & {
  readonly run: Pick<NatReportBody['run'], 'natVerdictMs' | 'packetsSent' | 'packetsReceived'>;
};

/** The two behaviours that decide are large; the rest follows as a list. */
const large = ['mapping', 'filtering', 'legacy'];

export function NatCard({ nat, verdicts, run }: NatCardProps) {
  const facts = natFacts(nat, verdicts);
  return (
    <Panel
      title={words.nat.title}
      hint={words.nat.hint(formatMs(run.natVerdictMs), run.packetsSent, run.packetsReceived)}
    >
      <dl className={classes['large']}>
        {facts
          .filter(({ name }) => large.includes(name))
          .map((fact) => (
            <Fact key={fact.name} fact={fact} />
          ))}
      </dl>
      <dl className={classes['rest']}>
        {facts
          .filter(({ name }) => !large.includes(name))
          .map((fact) => (
            <Fact key={fact.name} fact={fact} />
          ))}
      </dl>
    </Panel>
  );
}

function Fact({ fact: { label, value, finding, verdict } }: { fact: NatFact }) {
  return (
    <div className={classes['fact']}>
      <dt className={classes['label']}>
        {label}
        {verdict !== null && verdict.confidence > 0 && <Confidence value={verdict.confidence} />}
      </dt>
      <dd className={classes['value']}>{value}</dd>
      {finding !== null && (
        <dd className={classes['meaning']} title={finding.id}>
          {finding.user}
        </dd>
      )}
      {verdict !== null && (
        <dd className={classes['why']}>
          <span className={classes['meaning']}>{asSentence(verdict.reason)}</span>
          {verdict.possible !== undefined && verdict.possible.length > 0 && (
            <span className={classes['meaning']}>{words.nat.possible(verdict.possible)}</span>
          )}
          {finding !== null && finding.admin !== null && (
            <span className={classes['meaning']}>{words.nat.setting(finding.admin)}</span>
          )}
          {verdict.evidence.length > 0 && (
            <span className={classes['links']}>
              <span>{words.evidence.label}</span>
              <EvidenceLinks ids={verdict.evidence} />
            </span>
          )}
        </dd>
      )}
    </div>
  );
}
