import { useCallback } from 'react';
import type { Evidence } from '../../../contract/evidence.ts';
import { figures, nameAxis, valueAxis } from '../charts/axes.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import chartClasses from '../charts/chart.module.css';
import { Chart } from '../charts/chart.tsx';
import type { Ink } from '../charts/ink.ts';
import { formatMs } from '../format/measure.ts';
import { words } from '../words.ts';

/** More lanes than this cannot be read; the table below has them all. */
const mostLanes = 60;
const lanePx = 18;
type Outcome = Evidence['outcome'];

export function EvidenceLanes({ evidence }: { evidence: readonly Evidence[] }) {
  const draw = useCallback((ink: Ink) => drawLanes(evidence.slice(0, mostLanes), ink), [evidence]);
  const lanes = Math.min(evidence.length, mostLanes);
  return (
    <Chart
      finding={words.evidence.finding(evidence, lanes)}
      height={lanes * lanePx + 60}
      draw={draw}
      table={{
        caption: words.evidence.lanesTitle,
        columns: [...words.evidence.laneColumns],
        rows: evidence.map(({ id, purpose, outcome, sentMs, receivedMs, rttMs, errorCode }) => [
          id,
          purpose,
          words.evidence.outcome(outcome, errorCode),
          words.evidence.sent(sentMs),
          formatMs(receivedMs),
          formatMs(rttMs),
        ]),
      }}
      legend={
        <ul className={chartClasses['legend']}>
          {words.evidence.legend.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      }
    />
  );
}

function drawLanes(evidence: readonly Evidence[], ink: Ink): ChartSpec {
  const colors: Readonly<Record<Outcome, string>> = {
    answered: ink.good,
    refused: ink.limited,
    silent: ink.unknown,
    failed: ink.bad,
    pending: ink.unknown,
  };
  const color = (lane: number) => colors[evidence[lane]?.outcome ?? 'pending'];
  const sent = evidence.flatMap(({ sentMs }, y) => sentMs.map((x) => ({ x, y })));
  const received = evidence.flatMap(({ receivedMs }, y) =>
    receivedMs === null ? [] : [{ x: receivedMs, y }],
  );
  // One broken line joins each lane’s first packet with its last.
  const spans = evidence.flatMap(({ sentMs, receivedMs }, y) => {
    const start = sentMs[0];
    const end = receivedMs ?? sentMs.at(-1);
    return start === undefined || end === undefined
      ? []
      : [
          { x: start, y },
          { x: end, y },
          { x: Number.NaN, y: Number.NaN },
        ];
  });
  const lastMs = Math.max(1, ...spans.map(({ x }) => (Number.isNaN(x) ? 0 : x)));
  return {
    kind: 'scatter',
    data: {
      datasets: [
        {
          showLine: true,
          data: spans,
          pointRadius: 0,
          pointHitRadius: 0,
          borderWidth: 3,
          borderColor: ink.unknown,
          segment: { borderColor: ({ p0 }) => color(p0.parsed.y ?? 0) },
        },
        {
          label: words.evidence.sentMark,
          data: sent,
          pointStyle: 'triangle',
          pointRotation: 90,
          pointRadius: 5,
          backgroundColor: sent.map(({ y }) => color(y)),
          borderColor: ink.surface,
        },
        {
          label: words.evidence.receivedMark,
          data: received,
          pointStyle: 'circle',
          pointRadius: 5,
          backgroundColor: ink.surface,
          borderColor: received.map(({ y }) => color(y)),
          borderWidth: 2.5,
        },
      ],
    },
    options: {
      scales: {
        x: {
          type: 'linear',
          min: 0,
          max: lastMs * 1.03,
          ...valueAxis(ink, words.evidence.timeAxis),
          ticks: { ...figures(ink), includeBounds: false },
        },
        y: {
          type: 'linear',
          reverse: true,
          min: -0.7,
          max: evidence.length - 0.3,
          ...nameAxis,
          afterBuildTicks: (axis) => {
            axis.ticks = evidence.map((_, value) => ({ value }));
          },
          ticks: {
            color: ink.soft,
            autoSkip: false,
            callback: (value) => shorten(evidence[Number(value)]?.purpose ?? ''),
          },
        },
      },
      plugins: {
        tooltip: {
          callbacks: {
            label: ({ dataset, parsed }) =>
              `${evidence[parsed.y ?? 0]?.purpose}: ${dataset.label} ${formatMs(parsed.x)}`,
          },
        },
      },
    },
  };
}

/** Long purposes would leave no room for the lanes on a phone. */
function shorten(purpose: string): string {
  return purpose.length > 18 ? `${purpose.slice(0, 17)}…` : purpose;
}
