import { useCallback, useMemo } from 'react';
import {
  type Crossing,
  type RoomCurves,
  type RoomPoint,
  type RoomShapeName,
  roomShapes,
} from '../../../simulate/room-curves.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import { type Ink, pathDashes } from '../charts/ink.ts';
import { PathLegend } from '../charts/path-legend.tsx';
import { uprightMarkPlugin } from '../charts/upright-marks.ts';
import { formatCount } from '../format/measure.ts';
import { Lines } from '../panels/lines.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { amountText } from './amount-text.ts';
import { curveLine, curveOptions } from './curve-axis.ts';
import { placeOn, pointsUpTo } from './curve-places.ts';

const text = words.simulate.cost;

interface CostPanelProps {
  readonly curves: RoomCurves;
  /** Largest room that is shown. */
  readonly largest: number;
  readonly currency: string;
}

export function CostPanel({ curves: { points: all, crossings }, largest, currency }: CostPanelProps) {
  const points = useMemo(() => pointsUpTo(all, largest), [all, largest]);
  const draw = useCallback(
    (ink: Ink) => drawCosts(points, crossings, currency, ink),
    [points, crossings, currency],
  );
  const money = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : `${amountText(value)} ${currency}`;
  const last = points.at(-1);
  const costs = roomShapes.flatMap((shape) =>
    last?.cost[shape] === null ? [] : [`${text.shapes[shape]} ${money(last?.cost[shape])}`],
  );
  return (
    <Panel title={text.title} hint={text.hint}>
      <Chart
        finding={text.finding(last?.participants ?? 0, costs)}
        height={260}
        draw={draw}
        legend={<PathLegend paths={roomShapes} names={text.shapes} />}
        table={{
          caption: text.title,
          columns: [words.simulate.curves.participants, ...roomShapes.map((shape) => text.shapes[shape])],
          rows: points.map(({ participants, cost }) => [
            formatCount(participants),
            ...roomShapes.map((shape) => money(cost[shape])),
          ]),
        }}
      />
      <Lines
        lines={crossings.map(({ dearer, cheaper, from }) =>
          text.crosses(from, text.shapes[dearer], text.shapes[cheaper]),
        )}
      />
    </Panel>
  );
}

function drawCosts(
  points: readonly RoomPoint[],
  crossings: readonly Crossing[],
  currency: string,
  ink: Ink,
): ChartSpec {
  const marks = crossings.flatMap(({ dearer, cheaper, from }) => {
    const x = placeOn(points, from);
    // What is so from the smallest room on crosses nowhere.
    if (x === null || from === points[0]?.participants) return [];
    return [{ x, label: text.mark(from, text.shapes[dearer], text.shapes[cheaper]) }];
  });
  const line = (shape: RoomShapeName) =>
    curveLine(
      {
        label: text.shapes[shape],
        data: points.map(({ cost }) => cost[shape]),
        color: ink.path[shape],
        dash: pathDashes[shape],
      },
      ink,
    );
  return {
    kind: 'line',
    plugins: [uprightMarkPlugin(marks, ink.soft)],
    data: {
      labels: points.map(({ participants }) => formatCount(participants)),
      datasets: roomShapes.map(line),
    },
    options: curveOptions(
      { title: text.axis(currency), participants: words.simulate.curves.participants, read: amountText },
      ink,
    ),
  };
}
