import { Group, NativeSelect, SegmentedControl } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useCallback, useMemo } from 'react';
import type { MonitorHistory, MonitorView } from '../../../contract/fleet/monitor.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import type { ChartTable } from '../charts/chart-table.ts';
import type { Ink } from '../charts/ink.ts';
import { LineLegend } from '../charts/line-legend.tsx';
import { lineLookOf } from '../charts/line-looks.ts';
import { EmptyState } from '../panels/empty-state.tsx';
import { Panel } from '../panels/panel.tsx';
import { Parts } from '../panels/parts.tsx';
import { words } from '../words.ts';
import { drawLatencyHistory, drawSuccessHistory, type HistoryPicture } from './history-charts.ts';
import { latencyRows, latencySentence, seriesName, successRows, successSentence } from './history-text.ts';
import {
  type HistorySeries,
  type HistoryView,
  historyRanges,
  shownHistory,
  stepMsOf,
} from './history-view.ts';
import classes from './monitors.module.css';

const text = words.monitor;
const ranges = historyRanges.map((value) => ({ value, label: words.shortRanges[value] }));

interface HistoryPanelProps {
  readonly monitor: MonitorView;
  readonly history: MonitorHistory;
  readonly view: HistoryView;
  readonly change: (part: Partial<HistoryView>) => void;
}

/** Success and latency over time, a line for each region; one transport, or way to connect, at a time. */
export function HistoryPanel({ monitor, history, view, change }: HistoryPanelProps) {
  const { groups, group, series } = useMemo(() => shownHistory(history, view), [history, view]);
  const stepMs = stepMsOf(history, monitor);
  return (
    <Panel
      title={text.history}
      hint={text.historyHint[view.range]}
      actions={
        <Group gap="xs" align="flex-end">
          {groups.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label={text.group}
              data={groups.map((each, index) => ({ value: String(index), label: text.groupName(each) }))}
              value={String(groups.indexOf(group ?? { transport: 'udp', path: null }))}
              onChange={({ currentTarget }) => {
                const chosen = groups[Number(currentTarget.value)];
                change({ transport: chosen?.transport, path: chosen?.path ?? undefined });
              }}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={text.range}
            data={ranges}
            value={view.range}
            onChange={(range) => change({ range: historyRanges.find((known) => known === range) ?? '7d' })}
          />
        </Group>
      }
    >
      {series.every(({ points }) => points.length === 0) ? (
        <EmptyState icon={IconChartLine} title={text.none} text={text.noneText} />
      ) : (
        <Parts>
          <HistoryChart
            title={text.success}
            finding={successSentence(series)}
            table={successRows(series)}
            picture={drawSuccessHistory}
            {...{ series, stepMs, history }}
          />
          <HistoryChart
            title={text.latency}
            hint={text.latencyHint}
            finding={latencySentence(series)}
            table={latencyRows(series)}
            picture={drawLatencyHistory}
            {...{ series, stepMs, history }}
          />
        </Parts>
      )}
    </Panel>
  );
}

interface HistoryChartProps {
  readonly title: string;
  readonly hint?: string;
  readonly finding: string;
  readonly table: ChartTable;
  readonly picture: (picture: HistoryPicture, ink: Ink) => ChartSpec;
  readonly series: readonly HistorySeries[];
  readonly stepMs: number;
  readonly history: MonitorHistory;
}

function HistoryChart({ title, hint, finding, table, picture, series, stepMs, history }: HistoryChartProps) {
  const draw = useCallback(
    (ink: Ink) => picture({ series, stepMs, ends: history }, ink),
    [picture, series, stepMs, history],
  );
  return (
    <div>
      <h3>{title}</h3>
      {hint !== undefined && <p className={classes['soft']}>{hint}</p>}
      <Chart
        finding={finding}
        height={220}
        draw={draw}
        table={table}
        legend={
          <LineLegend
            lines={series.map((one, index) => ({
              key: seriesName(one),
              ...lineLookOf(index),
              label: seriesName(one),
            }))}
          />
        }
      />
    </div>
  );
}
