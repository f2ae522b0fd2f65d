import type { Reach } from '../../../contract/nat-report.ts';
import { asSentence } from '../format/sentence.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';

const tones: Readonly<Record<Reach['outcome'], Tone>> = {
  direct: 'good',
  relay: 'limited',
  depends: 'info',
  fail: 'bad',
  unknown: 'unknown',
};

const columns: readonly Column<Reach>[] = [
  {
    key: 'peer',
    head: words.reach.peer,
    bare: true,
    cell: ({ peerLabel }) => <strong>{asSentence(peerLabel)}</strong>,
  },
  {
    key: 'outcome',
    head: words.reach.outcome,
    bare: true,
    sort: ({ outcome }) => outcome,
    cell: ({ outcome }) => <Tag tone={tones[outcome]}>{words.reach.outcomes[outcome]}</Tag>,
  },
  { key: 'reason', head: words.reach.reason, bare: true, cell: ({ reason }) => asSentence(reason) },
];

export function ReachPanel({ reach }: { reach: readonly Reach[] }) {
  return (
    <Panel title={words.reach.title} hint={words.reach.hint}>
      <DataTable caption={words.reach.title} columns={columns} rows={reach} rowKey={({ peer }) => peer} />
    </Panel>
  );
}
