import { useMemo } from 'react';
import type { LoadComparison, LoadReportBody } from '../../../contract/load-report.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import { type Compared, compareLoads } from '../../../turn/load/compare-loads.ts';
import { comparisonText } from '../../../turn/load/headline.ts';
import { useReportOf } from '../api/use-report-of.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Notice } from '../panels/notice.tsx';
import type { Tone } from '../panels/tone.ts';
import { OtherRunPanel, otherRun } from '../run/other-run-panel.tsx';
import classes from '../run/run.module.css';
import { words } from '../words.ts';
import { type BesideRow, loadsBeside } from './loads-beside.ts';

const text = words.load.against;
const tones: Readonly<Record<LoadComparison['change'], Tone>> = { more: 'good', less: 'bad', none: 'info' };

interface AgainstPanelProps {
  readonly body: LoadReportBody;
  readonly others: readonly RunSummary[];
  /** Id of the load that this one is compared with. */
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

/** Does the server carry more or less than in another load? */
export function AgainstPanel({ body, others, chosen, choose }: AgainstPanelProps) {
  const other = useReportOf('load-report', chosen);
  const compared = useMemo(() => other && compareLoads(other.body, body), [other, body]);
  return (
    <OtherRunPanel text={text} others={others.map(otherRun)} chosen={chosen} choose={choose}>
      {other === null && <p className={classes['note']}>{text.other}</p>}
      {compared && <Outcome compared={compared} body={body} />}
      {other && (
        <DataTable
          caption={text.title}
          columns={columns}
          rows={loadsBeside(other.body, body)}
          rowKey={({ name }) => name}
        />
      )}
    </OtherRunPanel>
  );
}

const columns: readonly Column<BesideRow>[] = [
  { key: 'name', head: text.columns[0], bare: true, cell: ({ name }) => <strong>{name}</strong> },
  { key: 'other', head: text.columns[1], cell: ({ other }) => other },
  { key: 'own', head: text.columns[2], cell: ({ own }) => own },
];

function Outcome({ compared, body }: { compared: Compared; body: LoadReportBody }) {
  if (!compared.ok) return <Notice tone="unknown" title={text.not(compared.problem)} />;
  const { comparison } = compared;
  const { change, isDecidable } = comparison;
  return (
    <Notice
      tone={isDecidable ? tones[change] : 'unknown'}
      title={isDecidable ? text.changes[change] : text.undecided}
    >
      <p>{comparisonText(comparison, body.axis)}</p>
    </Notice>
  );
}
