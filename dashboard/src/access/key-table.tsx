import { Button } from '@mantine/core';
import { IconKeyOff } from '@tabler/icons-react';
import type { KeyView } from '../../../contract/access/keys.ts';
import { useProjects } from '../api/use-projects.ts';
import { formatMoment } from '../format/moment.ts';
import classes from '../monitors/monitors.module.css';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';

const text = words.keys;
const { columns: names } = text;

const tones: Readonly<Record<KeyView['state'], Tone>> = {
  active: 'good',
  expired: 'unknown',
  withdrawn: 'limited',
};

interface KeyTableProps {
  readonly keys: readonly KeyView[];
  readonly onWithdraw: (key: KeyView) => void;
}

export function KeyTable({ keys, onWithdraw }: KeyTableProps) {
  const known = useProjects().data ?? [];
  const nameOf = (project: string) => known.find(({ id }) => id === project)?.name ?? project;
  const columns: readonly Column<KeyView>[] = [
    {
      key: 'name',
      head: names.name,
      bare: true,
      sort: ({ name }) => name,
      cell: ({ name }) => <strong>{name}</strong>,
    },
    {
      key: 'state',
      head: names.state,
      bare: true,
      sort: ({ state }) => state,
      cell: ({ state, withdrawnAt }) => (
        <div className={classes['state']}>
          <Tag tone={tones[state]}>{text.states[state]}</Tag>
          {withdrawnAt !== null && (
            <span className={classes['soft']}>
              <Ago at={withdrawnAt} />
            </span>
          )}
        </div>
      ),
    },
    {
      key: 'role',
      head: names.role,
      sort: ({ role }) => role,
      cell: ({ role, projects }) => (
        <div className={classes['state']}>
          <span>{words.roles.names[role]}</span>
          {projects !== 'all' && <span className={classes['soft']}>{text.only(projects.map(nameOf))}</span>}
        </div>
      ),
    },
    {
      key: 'expires',
      head: names.expires,
      sort: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => (expiresAt === null ? text.forEver : formatMoment(expiresAt)),
    },
    {
      key: 'used',
      head: names.used,
      sort: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? text.never : <Ago at={lastUsedAt} />),
    },
    { key: 'maker', head: names.maker, cell: ({ createdBy }) => createdBy.name },
    {
      key: 'actions',
      head: names.actions,
      bare: true,
      align: 'end',
      cell: (key) =>
        key.state === 'active' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconKeyOff size={14} aria-hidden />}
            onClick={() => onWithdraw(key)}
            aria-label={text.withdrawOf(key.name)}
          >
            {text.withdraw}
          </Button>
        ),
    },
  ];
  return <DataTable caption={text.title} columns={columns} rows={keys} rowKey={({ id }) => id} />;
}
