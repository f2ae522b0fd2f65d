import type { PathSummary } from '../../../../compare/summary.ts';
import { formatInterval, formatMs, formatShare } from '../../format/measure.ts';
import { type Column, DataTable } from '../../panels/data-table.tsx';
import { Notice } from '../../panels/notice.tsx';
import { Panel } from '../../panels/panel.tsx';
import { Tag } from '../../panels/tag.tsx';
import { words } from '../../words.ts';
import { formatCpu, formatRate, quantile } from '../figures.ts';

const text = words.compare.summary;

const columns: readonly Column<PathSummary>[] = [
  {
    key: 'path',
    head: text.path,
    bare: true,
    cell: ({ path }) => <strong>{words.comparePaths[path]}</strong>,
  },
  {
    key: 'complete',
    head: text.complete,
    cell: ({ complete, runs, faults }) => (
      <Tag tone={runs === 0 ? 'unknown' : complete === runs ? 'good' : complete === 0 ? 'bad' : 'limited'}>
        {text.completeOf(complete, runs, faults)}
      </Tag>
    ),
  },
  {
    key: 'links',
    head: text.links,
    cell: ({ links }) => (
      <span className="number">
        {formatShare(links.rate)} ({formatInterval(links)}, n = {links.attempts})
      </span>
    ),
  },
  {
    key: 'setup',
    head: text.setup,
    align: 'end',
    sort: ({ setupMs }) => quantile(setupMs, 0.5),
    cell: ({ setupMs }) =>
      number(`${formatMs(quantile(setupMs, 0.5))} / ${formatMs(quantile(setupMs, 0.95))}`),
  },
  { key: 'bots', head: text.bots, align: 'end', cell: ({ bots }) => number(String(bots)) },
  rate('up', text.up, ({ upKbps }) => upKbps),
  rate('down', text.down, ({ downKbps }) => downKbps),
  {
    key: 'fps',
    head: text.fps,
    align: 'end',
    cell: ({ encodedFps, decodedFps }) => number(`${frames(encodedFps)} / ${frames(decodedFps)}`),
  },
  {
    key: 'rtt',
    head: text.rtt,
    align: 'end',
    sort: ({ rttMs }) => rttMs,
    cell: ({ rttMs }) => number(formatMs(rttMs)),
  },
  { key: 'loss', head: text.loss, align: 'end', cell: ({ loss }) => number(formatShare(loss)) },
  { key: 'freezes', head: text.freezes, align: 'end', cell: ({ freezes }) => number(String(freezes)) },
  cpu('client-cpu', text.clientCpu, ({ clientCpuPercent }) => clientCpuPercent),
  cpu('server-cpu', text.serverCpu, ({ serverCpuPercent }) => serverCpuPercent),
  rate('turn', text.turnOut, ({ turnOutKbps }) => turnOutKbps),
];

/** Columns that no path has a figure for stay away. */
export function SummaryTable({ summaries }: { summaries: readonly PathSummary[] }) {
  const measured = {
    'client-cpu': summaries.some(({ clientCpuPercent }) => clientCpuPercent !== null),
    'server-cpu': summaries.some(({ serverCpuPercent }) => serverCpuPercent !== null),
    bots: summaries.some(({ bots }) => bots > 0),
    turn: summaries.some(({ turnOutKbps }) => turnOutKbps !== null),
  };
  const shown = columns.filter(({ key }) => !(key in measured) || measured[key as keyof typeof measured]);
  const cpuLimited = summaries.reduce((sum, each) => sum + each.cpuLimited, 0);
  return (
    <Panel title={text.title} hint={text.hint}>
      <DataTable caption={text.title} columns={shown} rows={summaries} rowKey={({ path }) => path} />
      {cpuLimited > 0 && <Notice tone="limited" title={text.cpuLimited(cpuLimited)} />}
    </Panel>
  );
}

type Measure = (summary: PathSummary) => number | null;

function rate(key: string, head: string, measure: Measure): Column<PathSummary> {
  return { key, head, align: 'end', sort: measure, cell: (row) => number(formatRate(measure(row))) };
}

function cpu(key: string, head: string, measure: Measure): Column<PathSummary> {
  return { key, head, align: 'end', sort: measure, cell: (row) => number(formatCpu(measure(row))) };
}

function number(value: string) {
  return <span className="number">{value}</span>;
}

function frames(fps: number | null): string {
  return fps === null ? '–' : `${Math.round(fps)}/s`;
}
