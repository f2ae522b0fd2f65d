import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { AgentReach, AgentView } from '../../../contract/fleet/agent.ts';
import { useMay } from '../api/use-me.ts';
import classes from '../monitors/monitors.module.css';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';

const text = words.agents;
const { columns: names } = text;
const tones: Readonly<Record<AgentView['state'], Tone>> = {
  online: 'good',
  draining: 'limited',
  offline: 'bad',
  revoked: 'unknown',
};

interface AgentTableProps {
  readonly agents: readonly AgentView[];
  readonly onRevoke: (agent: AgentView) => void;
}

export function AgentTable({ agents, onRevoke }: AgentTableProps) {
  const mayRevoke = useMay('admin');
  const columns: readonly Column<AgentView>[] = [
    {
      key: 'name',
      head: names.name,
      bare: true,
      sort: ({ name }) => name,
      cell: (agent) => (
        <div className={classes['state']}>
          <strong>{agent.name}</strong>
          <span className={classes['soft']}>{text.runs(agent)}</span>
          {text.labels(agent.labels).map((label) => (
            <span key={label} className={`mono ${classes['soft']}`}>
              {label}
            </span>
          ))}
        </div>
      ),
    },
    {
      key: 'state',
      head: names.state,
      bare: true,
      sort: ({ state }) => state,
      cell: ({ state }) => (
        <span title={text.statesMean[state]}>
          <Tag tone={tones[state]}>{text.states[state]}</Tag>
        </span>
      ),
    },
    {
      key: 'region',
      head: names.region,
      sort: ({ region }) => region,
      cell: ({ region, network }) => (
        <div className={classes['state']}>
          <span>{region}</span>
          {network !== null && <span className={classes['soft']}>{text.network(network)}</span>}
        </div>
      ),
    },
    {
      key: 'seen',
      head: names.seen,
      sort: ({ lastSeenAt }) => lastSeenAt,
      cell: ({ lastSeenAt }) => (lastSeenAt === null ? text.never : <Ago at={lastSeenAt} />),
    },
    {
      key: 'clock',
      head: names.clock,
      sort: ({ clock }) => (clock === null ? null : Math.abs(clock.offsetMs)),
      cell: ({ clock }) => (clock === null ? text.noClock : text.clock(clock)),
    },
    {
      key: 'jobs',
      head: names.jobs,
      sort: ({ running }) => running,
      cell: (agent) => <span className="number">{text.jobs(agent)}</span>,
    },
    { key: 'reach', head: names.reach, cell: ({ reach }) => reachText(reach) },
    {
      key: 'actions',
      head: names.actions,
      bare: true,
      align: 'end',
      cell: (agent) =>
        mayRevoke &&
        agent.state !== 'revoked' && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlugConnectedX size={14} aria-hidden />}
            onClick={() => onRevoke(agent)}
            aria-label={text.revokeOf(agent.name)}
          >
            {text.revoke}
          </Button>
        ),
    },
  ];
  return <DataTable caption={text.listTitle} columns={columns} rows={agents} rowKey={({ id }) => id} />;
}

function reachText(reach: AgentReach | null): string {
  if (reach === null) return text.reach.unknown;
  const { allow, deny } = reach;
  const parts = [
    ...(allow.length === 0 ? [] : [text.reach.allow(allow)]),
    ...(deny.length === 0 ? [] : [text.reach.deny(deny)]),
  ];
  return parts.length === 0 ? text.reach.any : parts.join('; ');
}
