import type { VisitReportBody } from '../../../contract/visit-report.ts';
import { Lines } from '../panels/lines.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { AttemptPanel } from './attempt-panel.tsx';
import { CandidateErrorsPanel } from './candidate-errors-panel.tsx';
import { CandidatesPanel } from './candidates-panel.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { NatCard } from './nat-card.tsx';
import { RelayPanel } from './relay-panel.tsx';
import classes from './run.module.css';
import { ServersPanel } from './servers-panel.tsx';
import { VisitCauses } from './visit-causes.tsx';

export function VisitRun({ body }: { body: VisitReportBody }) {
  return (
    <>
      {body.causes !== undefined && <VisitCauses causes={body.causes} />}
      {body.nat !== undefined && <NatCard {...body.nat} />}
      {body.attempts.map((attempt) => (
        <AttemptPanel key={attempt.id} attempt={attempt} />
      ))}
      {body.relays !== undefined && body.relays.length > 0 && <RelayPanel relays={body.relays} />}
      {body.servers !== undefined && <ServersPanel servers={body.servers} />}
      {body.ownView !== undefined && <ServersPanel servers={body.ownView} {...words.ownView} />}
      <CandidatesPanel candidates={body.candidates} />
      {body.candidateErrors.length > 0 && <CandidateErrorsPanel errors={body.candidateErrors} />}
      {body.nat !== undefined && (
        <EvidencePanel
          evidence={body.nat.evidence}
          sent={body.nat.run.packetsSent}
          received={body.nat.run.packetsReceived}
        />
      )}
      <Panel title={words.visit.aboutTitle}>
        <div className={classes['stack']}>
          <Lines lines={body.notes} />
          <p className={classes['note']}>{words.visit.servers(body.serverUrls)}</p>
          <p className={classes['note']}>{words.visit.browser(body.run.userAgent)}</p>
        </div>
      </Panel>
    </>
  );
}
