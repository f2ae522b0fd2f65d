import { useState } from 'react';
import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { useAgentRegions } from '../agents/agent-regions.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { useMonitor, useMonitorHistory } from '../api/use-monitors.ts';
import { CellTable } from '../monitors/cell-table.tsx';
import { EventsPanel } from '../monitors/events-panel.tsx';
import { HistoryPanel } from '../monitors/history-panel.tsx';
import { historyViewSchema } from '../monitors/history-view.ts';
import { MonitorActions } from '../monitors/monitor-actions.tsx';
import { type MonitorDialog, MonitorDialogs } from '../monitors/monitor-dialogs.tsx';
import { MonitorFacts } from '../monitors/monitor-facts.tsx';
import { byState } from '../monitors/monitor-filter.ts';
import { BackLink } from '../panels/back-link.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import runClasses from '../run/run.module.css';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

const text = words.monitor;

/** One monitor: its state now, how it came to it, and what to mend. */
export function MonitorPage({ id }: { id: string }) {
  const monitor = useMonitor(id);
  const isGone = monitor.error instanceof ApiProblem && monitor.error.status === 404;
  return (
    <>
      <BackLink href="/monitors">{text.back}</BackLink>
      {isGone ? (
        <PageHead title={text.gone} hint={text.goneText} />
      ) : (
        <LoadPanel query={monitor} rows={8}>
          {(found) => <Monitor monitor={found} />}
        </LoadPanel>
      )}
    </>
  );
}

function Monitor({ monitor }: { monitor: MonitorView }) {
  const regions = useAgentRegions();
  const [view, change] = useSearchState(historyViewSchema);
  const history = useMonitorHistory(monitor.id, view.range);
  const [dialog, setDialog] = useState<MonitorDialog | null>(null);
  return (
    <>
      <PageHead
        title={monitor.name}
        hint={<MonitorFacts monitor={monitor} />}
        actions={
          <MonitorActions
            monitor={monitor}
            onEdit={() => setDialog({ kind: 'edit', monitor })}
            onDelete={() => setDialog({ kind: 'delete', monitor })}
          />
        }
      />
      <div className={runClasses['stack']}>
        <Panel title={text.now}>
          <CellTable monitor={monitor} cells={byState(monitor.cells)} />
        </Panel>
        <LoadPanel query={history} rows={8}>
          {(found) => (
            <>
              <HistoryPanel monitor={monitor} history={found} view={view} change={change} />
              <EventsPanel events={found.events} />
            </>
          )}
        </LoadPanel>
      </div>
      <MonitorDialogs dialog={dialog} regions={regions} onClose={() => setDialog(null)} />
    </>
  );
}
