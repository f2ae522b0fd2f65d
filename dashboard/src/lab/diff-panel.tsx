import { NativeSelect, Stack } from '@mantine/core';
import { Link } from 'wouter';
import type { LabChange, LabDiff, LabDifference } from '../../../contract/lab-diff.ts';
import type { LabCell } from '../../../contract/lab-report.ts';
import { labCellKey } from '../../../contract/lab-words.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import { formatMoment } from '../format/moment.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
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
    <Panel
      title={text.title}
      hint={text.hint}
      actions={
        <Link href={`/runs/${before}`} className={runClasses['open']}>
          {text.open}
        </Link>
      }
    >
      <Stack gap="sm">
        <NativeSelect
          label={text.compare}
          maw="36rem"
          data={earlier.map(({ id, at, source, headline }) => ({
            value: id,
            label: text.option(formatMoment(at), source, words.status[headline.status]),
          }))}
          value={before}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
        {diff === null && <p className={runClasses['note']}>{text.other}</p>}
        {diff && <Differences diff={diff} open={open} />}
      </Stack>
    </Panel>
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
