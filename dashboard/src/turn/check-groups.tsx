import { Accordion } from '@mantine/core';
import type { TurnCheck } from '../../../contract/turn-report.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { EvidenceLinks } from '../run/evidence-links.tsx';
import { words } from '../words.ts';
import { checkTones } from './check-tones.ts';

const { columns: names } = words.turn;
const columns: readonly Column<TurnCheck>[] = [
  { key: 'id', head: names.id, bare: true, cell: ({ id }) => <strong className="mono">{id}</strong> },
  {
    key: 'status',
    head: names.status,
    bare: true,
    cell: ({ status }) => <Tag tone={checkTones[status]}>{words.turn.statuses[status]}</Tag>,
  },
  { key: 'title', head: names.title, bare: true, cell: ({ title }) => title },
  { key: 'observed', head: names.observed, cell: ({ observed }) => observed },
  { key: 'severity', head: names.severity, cell: ({ severity }) => words.turn.severities[severity] },
  { key: 'rfc', head: names.rfc, cell: ({ rfc }) => rfc ?? '–' },
  {
    key: 'evidence',
    head: names.evidence,
    cell: ({ evidence }) => (evidence.length === 0 ? '–' : <EvidenceLinks ids={evidence} />),
  },
];

function countsOf(checks: readonly TurnCheck[]) {
  const counts = { failed: 0, warned: 0, skipped: 0, passed: 0 };
  for (const { status } of checks) counts[status] += 1;
  return counts;
}

/** Every check of the run, one fold for each group. */
export function CheckGroups({ checks }: { checks: readonly TurnCheck[] }) {
  const groups = [...new Set(checks.map(({ group }) => group))];
  return (
    <Panel title={words.turn.groups} hint={words.turn.groupsHint}>
      <Accordion multiple order={3} variant="contained">
        {groups.map((group) => {
          const own = checks.filter((check) => check.group === group);
          return (
            <Accordion.Item key={group} value={group}>
              <Accordion.Control>
                {group}: {words.turn.groupCounts(countsOf(own))}
              </Accordion.Control>
              <Accordion.Panel>
                <DataTable caption={group} columns={columns} rows={own} rowKey={({ id }) => id} />
              </Accordion.Panel>
            </Accordion.Item>
          );
        })}
      </Accordion>
    </Panel>
  );
}
