import { Button } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { LinkView } from '../../../contract/links.ts';
import { useMay } from '../api/use-me.ts';
import { formatMoment } from '../format/moment.ts';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';
import classes from './links.module.css';

const tones: Readonly<Record<LinkView['state'], Tone>> = {
  active: 'good',
  expired: 'unknown',
  revoked: 'limited',
};
const { columns: names } = words.links;

interface LinkTableProps {
  readonly links: readonly LinkView[];
  readonly onRevoke: (link: LinkView) => void;
}

export function LinkTable({ links, onRevoke }: LinkTableProps) {
  const mayEdit = useMay('operator');
  const columns: readonly Column<LinkView>[] = [
    {
      key: 'label',
      head: names.label,
      bare: true,
      sort: ({ label }) => label,
      cell: ({ label }) => <strong>{label}</strong>,
    },
    {
      key: 'state',
      head: names.state,
      bare: true,
      sort: ({ state }) => state,
      cell: ({ state }) => <Tag tone={tones[state]}>{words.links.states[state]}</Tag>,
    },
    {
      key: 'expires',
      head: names.expires,
      sort: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => formatMoment(expiresAt),
    },
    {
      key: 'visits',
      head: names.visits,
      align: 'end',
      sort: ({ visits }) => visits,
      cell: ({ id, label, visits }) =>
        visits === 0 ? (
          words.links.visits(0)
        ) : (
          <Link
            href={`/runs?link=${id}`}
            className={classes['visits']}
            aria-label={words.links.visitsOf(visits, label)}
          >
            {words.links.visits(visits)}
          </Link>
        ),
    },
    {
      key: 'last',
      head: names.last,
      sort: ({ lastVisitAt }) => lastVisitAt,
      cell: ({ lastVisitAt }) => (lastVisitAt === null ? words.links.never : <Ago at={lastVisitAt} />),
    },
    {
      key: 'actions',
      head: names.actions,
      bare: true,
      align: 'end',
      cell: (link) =>
        mayEdit &&
        link.state === 'active' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconLinkOff size={14} aria-hidden />}
            onClick={() => onRevoke(link)}
            aria-label={words.links.revokeOf(link.label)}
          >
            {words.links.revoke}
          </Button>
        ),
    },
  ];
  return <DataTable caption={words.links.listTitle} columns={columns} rows={links} rowKey={({ id }) => id} />;
}
