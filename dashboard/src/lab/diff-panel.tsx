import type { LabChange, LabDiff, LabDifference } from '../../../contract/lab-diff.ts';
import type { LabCell } from '../../../contract/lab-report.ts';
import { labCellKey } from '../../../contract/lab-words.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { OtherRunPanel, otherRun } from '../run/other-run-panel.tsx';
import runClasses from '../run/run.module.css';
import { words } from '../words.ts';
import { CellLink } from './cell-link.tsx';

const text = words.lab.diff;
const tones: Readonly<Record<LabChange, Tone>> = {
  worse: 'bad',
  better: 'good',
  other: 'limited',
  added: 'info',
  removed: 'info',
};

interface DiffPanelProps {
  readonly earlier: readonly RunSummary[];
  /** Id of the run that this one is compared with. */
  readonly before: string;
  readonly choose: (id: string) => void;
  /** `undefined`: being loaded; null: that run is of another kind, or gone. */
  readonly diff: LabDiff | null | undefined;
  readonly open: (cell: LabCell) => void;
}

/** What changed since another run of the scenario. */
export function DiffPanel({ earlier, before, choose, diff, open }: DiffPanelProps) {
  return (
    <OtherRunPanel text={text} others={earlier.map(otherRun)} chosen={before} choose={choose}>
      {diff === null && <p className={runClasses['note']}>{text.other}</p>}
      {diff && <Differences diff={diff} open={open} />}
    </OtherRunPanel>
  );
}

function Differences({
  diff: { same, differences },
  open,
}: Pick<DiffPanelProps, 'open'> & { diff: LabDiff }) {
  if (differences.length === 0) return <p className={runClasses['note']}>{text.none(same)}</p>;
  const columns: readonly Column<LabDifference>[] = [
    {
      key: 'change',
      head: text.columns.change,
      bare: true,
      cell: ({ change }) => <Tag tone={tones[change]}>{text.changes[change]}</Tag>,
    },
    {
      key: 'cell',
      head: text.columns.cell,
      bare: true,
      // What is no longer there has no evidence in this run.
      cell: ({ cell, after }) =>
        after === null ? words.lab.evidence.title(cell) : <CellLink cell={after} open={open} />,
    },
    { key: 'before', head: text.columns.before, cell: ({ before }) => sideOf(before) },
    { key: 'after', head: text.columns.after, cell: ({ after }) => sideOf(after) },
  ];
  return (
    <>
      <p className={runClasses['note']}>{text.sum(differences.length, same + differences.length)}</p>
      <DataTable
        caption={text.title}
        columns={columns}
        rows={differences}
        rowKey={({ cell }) => labCellKey(cell)}
        maxHeight="30rem"
      />
    </>
  );
}

function sideOf(cell: LabCell | null): string {
  return cell === null ? text.absent : text.side(cell);
}
