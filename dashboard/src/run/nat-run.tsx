import type { NatReportBody } from '../../../contract/nat-report.ts';
import { CandidatesPanel } from './candidates-panel.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { NatCard } from './nat-card.tsx';
import { ReachPanel } from './reach-panel.tsx';
import { ServersPanel } from './servers-panel.tsx';

export function NatRun({ body }: { body: NatReportBody }) {
  return (
    <>
      <NatCard nat={body.nat} verdicts={body.verdicts} run={body.run} />
      {body.reach.length > 0 && <ReachPanel reach={body.reach} />}
      <ServersPanel servers={body.servers} />
      <CandidatesPanel candidates={body.candidates} />
      <EvidencePanel
        evidence={body.evidence}
        sent={body.run.packetsSent}
        received={body.run.packetsReceived}
      />
    </>
  );
}
