import { failureCatalogue, isFailureCode } from '../../../contract/failures.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import type { FailureCount } from './step-groups.ts';

const text = words.load.failures;
const { columns: heads } = text;

const columns: readonly Column<FailureCount>[] = [
  { key: 'code', head: heads.code, bare: true, cell: ({ code }) => <span className="mono">{code}</span> },
  {
    key: 'meaning',
    head: heads.meaning,
    cell: ({ code }) => (isFailureCode(code) ? failureCatalogue[code].meaning : text.unknown),
  },
  { key: 'count', head: heads.count, align: 'end', cell: ({ count }) => words.load.amount(count) },
  { key: 'from', head: heads.from, align: 'end', cell: ({ from }) => words.load.amount(from) },
];

export function FailuresPanel({ failures }: { failures: readonly FailureCount[] }) {
  return (
    <Panel title={text.title}>
      <DataTable caption={text.title} columns={columns} rows={failures} rowKey={({ code }) => code} />
    </Panel>
  );
}
