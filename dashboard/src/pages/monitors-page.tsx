import { Button, Stack } from '@mantine/core';
import { IconListSearch, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { May } from '../access/may.tsx';
import { useAgentRegions } from '../agents/agent-regions.ts';
import { useMonitors } from '../api/use-monitors.ts';
import { CellTable } from '../monitors/cell-table.tsx';
import { FirstMonitor } from '../monitors/first-monitor.tsx';
import { MonitorActions } from '../monitors/monitor-actions.tsx';
import { type MonitorDialog, MonitorDialogs } from '../monitors/monitor-dialogs.tsx';
import { MonitorFacts } from '../monitors/monitor-facts.tsx';
import { monitorFilterSchema, shownMonitors, stateCounts } from '../monitors/monitor-filter.ts';
import { MonitorFilters } from '../monitors/monitor-filters.tsx';
import { monitorTones } from '../monitors/monitor-tones.ts';
import classes from '../monitors/monitors.module.css';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

const text = words.monitors;

/** Every monitor with its cells, worst first. */
export function MonitorsPage() {
  const monitors = useMonitors();
  const regions = useAgentRegions();
  const [filter, change] = useSearchState(monitorFilterSchema);
  const [dialog, setDialog] = useState<MonitorDialog | null>(null);
  const add = (
    <May who="operator">
      <Button onClick={() => setDialog({ kind: 'add' })} leftSection={<IconPlus size={18} aria-hidden />}>
        {text.add}
      </Button>
    </May>
  );
  return (
    <>
      <PageHead title={text.title} hint={text.hint} actions={add} />
      <LoadPanel query={monitors} rows={6}>
        {(list) => {
          if (list.length === 0) return <FirstMonitor />;
          const shown = shownMonitors(list, filter);
          return (
            <Stack gap="md">
              <MonitorFilters filter={filter} change={change} monitors={list} />
              <StateCounts monitors={list} />
              {shown.length === 0 && (
                <EmptyState icon={IconListSearch} title={text.noMatch} text={text.noMatchText} />
              )}
              {shown.map(({ monitor, cells }) => (
                <Panel
                  key={monitor.id}
                  title={
                    <Link href={`/monitors/${monitor.id}`} className={classes['title']}>
                      {monitor.name}
                    </Link>
                  }
                  hint={<MonitorFacts monitor={monitor} />}
                  actions={
                    <MonitorActions
                      monitor={monitor}
                      onEdit={() => setDialog({ kind: 'edit', monitor })}
                      onDelete={() => setDialog({ kind: 'delete', monitor })}
                    />
                  }
                >
                  <CellTable monitor={monitor} cells={cells} />
                </Panel>
              ))}
            </Stack>
          );
        }}
      </LoadPanel>
      <MonitorDialogs dialog={dialog} regions={regions} onClose={() => setDialog(null)} />
    </>
  );
}

/** How many are in which state; told to screen readers as it changes. */
function StateCounts({ monitors }: { monitors: readonly MonitorView[] }) {
  return (
    <div role="status">
      <ul className={classes['counts']} aria-label={text.countsTitle}>
        {stateCounts(monitors).map(([state, count]) => (
          <li key={state}>
            <Tag tone={monitorTones[state]}>{text.counts(state, count)}</Tag>
          </li>
        ))}
      </ul>
    </div>
  );
}
