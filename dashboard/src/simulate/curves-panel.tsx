import { NativeSelect } from '@mantine/core';
import { useCallback, useMemo } from 'react';
import { percentText } from '../../../simulate/percent-text.ts';
import type { RoomPoint } from '../../../simulate/room-curves.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import { type Ink, pathDashes } from '../charts/ink.ts';
import { LineLegend } from '../charts/line-legend.tsx';
import { formatCount } from '../format/measure.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { curveLine, curveOptions } from './curve-axis.ts';
import { pointsUpTo } from './curve-places.ts';
import { curveEnds, type SimulateSearch } from './simulate-search.ts';

const text = words.simulate.curves;

const lines = [
  { name: 'meshDirect', path: 'mesh', dash: [2, 3] },
  { name: 'meshWhole', path: 'mesh', dash: pathDashes.mesh },
  { name: 'serverWhole', path: 'sfu', dash: pathDashes.sfu },
] as const;

interface CurvesPanelProps {
  readonly points: readonly RoomPoint[];
  readonly upTo: SimulateSearch['upTo'];
  readonly change: (part: Partial<SimulateSearch>) => void;
}

export function CurvesPanel({ points: all, upTo, change }: CurvesPanelProps) {
  const points = useMemo(() => pointsUpTo(all, Number(upTo)), [all, upTo]);
  const draw = useCallback((ink: Ink) => drawCurves(points, ink), [points]);
  return (
    <Panel title={text.title} hint={text.hint}>
      <NativeSelect
        label={text.upTo}
        data={curveEnds.map((value) => ({ value, label: formatCount(Number(value)) }))}
        value={upTo}
        onChange={({ currentTarget }) =>
          change({ upTo: curveEnds.find((end) => end === currentTarget.value) ?? '50' })
        }
        maw="12rem"
        mb="sm"
      />
      <Chart
        finding={findingOf(points)}
        height={260}
        draw={draw}
        legend={
          <LineLegend
            lines={lines.map(({ name, path, dash }) => ({
              key: name,
              color: path,
              dash,
              label: text.lines[name],
            }))}
          />
        }
        table={{
          caption: text.title,
          columns: [text.participants, ...lines.map(({ name }) => text.lines[name])],
          rows: points.map((point) => [
            formatCount(point.participants),
            ...lines.map(({ name }) => shareText(point[name])),
          ]),
        }}
      />
    </Panel>
  );
}

function shareText(share: number | null): string {
  return share === null ? '–' : percentText(share);
}

function findingOf(points: readonly RoomPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  const { participants, meshDirect, meshWhole, serverWhole } = last;
  const server = percentText(serverWhole);
  if (meshDirect === null || meshWhole === null) return text.findingServer(participants, server);
  return text.finding(participants, percentText(meshDirect), percentText(meshWhole), server);
}

function drawCurves(points: readonly RoomPoint[], ink: Ink): ChartSpec {
  return {
    kind: 'line',
    data: {
      labels: points.map(({ participants }) => formatCount(participants)),
      datasets: lines.map(({ name, path, dash }) =>
        curveLine(
          { label: text.lines[name], data: points.map((point) => point[name]), color: ink.path[path], dash },
          ink,
        ),
      ),
    },
    options: curveOptions(
      { title: text.whole, participants: text.participants, read: words.units.percent, max: 1 },
      ink,
    ),
  };
}
