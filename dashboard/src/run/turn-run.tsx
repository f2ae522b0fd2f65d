import type { TurnReportBody } from '../../../contract/turn-report.ts';
import { Lines } from '../panels/lines.tsx';
import { Panel } from '../panels/panel.tsx';
import { CheckFindings } from '../turn/check-findings.tsx';
import { CheckGroups } from '../turn/check-groups.tsx';
import { words } from '../words.ts';
import { EvidencePanel } from './evidence-panel.tsx';
import classes from './run.module.css';

export function TurnRun({ body }: { body: TurnReportBody }) {
  return (
    <>
      <Panel title={words.turn.findings} hint={words.turn.findingsHint}>
        <CheckFindings body={body} linkEvidence />
      </Panel>
      <ServerFacts server={body.server} explained={body.explained} />
      <CheckGroups checks={body.checks} />
      <EvidencePanel evidence={body.evidence} sent={body.packets.sent} received={body.packets.received} />
    </>
  );
}

function ServerFacts({ server, explained }: Pick<TurnReportBody, 'server' | 'explained'>) {
  const { family, version, software, reasons, advisories } = server;
  const release = version === null ? '' : `, ${words.turn.version(version.atLeast, version.before)}`;
  return (
    <Panel title={words.turn.server} hint={words.turn.serverHint}>
      <div className={classes['stack']}>
        <p>
          <strong>
            {words.turn.family[family]}
            {release}
          </strong>
        </p>
        <Lines lines={[...reasons, ...(software === null ? [] : [words.turn.software(software)])]} />
        {advisories.length > 0 && (
          <div>
            <h3>{words.turn.advisories}</h3>
            <Lines lines={advisories.map(({ id, title, evidence }) => `${id}: ${title} (${evidence})`)} />
          </div>
        )}
        {explained.length > 0 && (
          <div>
            <h3>{words.turn.explained}</h3>
            <Lines lines={explained} />
          </div>
        )}
      </div>
    </Panel>
  );
}
