import { useCallback, useMemo } from 'react';
import type { Path } from '../../../../contract/basics.ts';
import { figures, lineLook, numberAxis, overNumbers, readout, valueAxis } from '../../charts/axes.ts';
import type { ChartSpec } from '../../charts/canvas.tsx';
import { Chart } from '../../charts/chart.tsx';
import { type Ink, pathDashes } from '../../charts/ink.ts';
import { PathLegend } from '../../charts/path-legend.tsx';
import { uprightMarkPlugin } from '../../charts/upright-marks.ts';
import { words } from '../../words.ts';
import { formatRate } from '../figures.ts';
import {
  type CostFigure,
  type CostLine,
  type CostQuestion,
  costLines,
  type FigureCrossing,
  figureCrossings,
} from './cost-question.ts';

const text = words.compare.cost;

interface CostChartProps {
  readonly question: CostQuestion;
  readonly figure: CostFigure;
}

/** How the figure grows with the room, for each path. */
export function CostChart({ question, figure }: CostChartProps) {
  const lines = useMemo(() => costLines(question, figure), [question, figure]);
  const crossed = useMemo(() => figureCrossings(question, figure), [question, figure]);
  const draw = useCallback((ink: Ink) => drawCosts(lines, crossed, figure, ink), [lines, crossed, figure]);
  return (
    <Chart
      finding={[
        findingOf(lines, figure, question.participants),
        ...crossed.map(({ dearer, cheaper, from }) =>
          text.crosses(from, text.shapes[dearer], text.shapes[cheaper]),
        ),
      ].join(' ')}
      height={280}
      draw={draw}
      legend={<PathLegend paths={lines.map(({ path }) => path)} names={text.shapes} />}
      table={{
        caption: text.figures[figure],
        columns: [text.participants, ...lines.map(({ path }) => text.shapes[path])],
        rows: (lines[0]?.points ?? []).map(({ x }, index) => [
          String(x),
          ...lines.map(({ points }) => formatCost(figure, points[index]?.y ?? 0)),
        ]),
      }}
    />
  );
}

export function formatCost(figure: CostFigure, value: number): string {
  if (figure === 'price') return text.money(value);
  return figure === 'up' || figure === 'down' ? formatRate(value) : text.cores(value);
}

function findingOf(lines: readonly CostLine[], figure: CostFigure, participants: number): string {
  const ends = lines
    .map(({ path, points }): { path: Path; value: number } => ({ path, value: points.at(-1)?.y ?? 0 }))
    .toSorted((a, b) => a.value - b.value);
  const [least, most] = [ends[0], ends.at(-1)];
  if (least === undefined || most === undefined) return '';
  return `${text.figures[figure]}: ${text.finding(
    participants,
    text.shapes[least.path],
    formatCost(figure, least.value),
    text.shapes[most.path],
    formatCost(figure, most.value),
  )}`;
}

function drawCosts(
  lines: readonly CostLine[],
  crossed: readonly FigureCrossing[],
  figure: CostFigure,
  ink: Ink,
): ChartSpec {
  const marks = crossed.map(({ dearer, cheaper, from }) => ({
    x: from,
    label: text.crossMark(from, text.shapes[dearer], text.shapes[cheaper]),
  }));
  return {
    kind: 'line',
    plugins: [uprightMarkPlugin(marks, ink.soft)],
    data: {
      datasets: lines.map(({ path, points }) => ({
        label: text.shapes[path],
        data: points.map((point) => ({ ...point })),
        ...lineLook(ink.path[path], pathDashes[path], ink),
        pointRadius: points.length > 16 ? 0 : 2.5,
      })),
    },
    options: {
      ...overNumbers,
      scales: {
        x: {
          ...numberAxis(ink, { min: 2 }, text.participants),
          ticks: { ...figures(ink), precision: 0 },
        },
        y: {
          min: 0,
          ...valueAxis(ink, text.figures[figure]),
          ticks: { ...figures(ink), callback: (value) => formatCost(figure, Number(value)) },
        },
      },
      plugins: readout(
        ({ parsed }) => `${text.participants}: ${parsed.x}`,
        (value) => formatCost(figure, value),
      ),
    },
  };
}
