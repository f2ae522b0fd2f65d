/** Chart.js with only the parts that are used, and the settings that all charts share. */
import {
  BarController,
  BarElement,
  CategoryScale,
  type ChartData,
  Chart as ChartJs,
  type ChartOptions,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
  ScatterController,
  Tooltip,
} from 'chart.js';
import { useState } from 'react';
import { Chart } from 'react-chartjs-2';

ChartJs.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
);
ChartJs.defaults.font.family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
ChartJs.defaults.font.size = 12;

export type ChartKind = 'line' | 'bar' | 'scatter';
export interface ChartSpec {
  readonly kind: ChartKind;
  readonly data: ChartData<ChartKind, unknown[], string>;
  readonly options: ChartOptions<ChartKind>;
  readonly plugins?: readonly Plugin<ChartKind>[];
}

/** A press on a mark: which of the data it is. */
export type Pick = (index: number, dataset: number) => void;

/** No chart moves: neither on load nor on hover, whatever the system says about motion. */
const still = { animation: false, transitions: { active: { animation: { duration: 0 } } } } as const;

interface CanvasProps {
  readonly spec: ChartSpec;
  readonly label: string;
  readonly onPick?: Pick | undefined;
}

export function Canvas({ spec, label, onPick }: CanvasProps) {
  // Chart.js takes plugins, and what they draw, when a chart is made and never again.
  const [made, setMade] = useState({ spec, key: 0 });
  if (made.spec !== spec) setMade({ spec, key: made.key + 1 });
  return (
    <Chart
      key={made.key}
      role="img"
      aria-label={label}
      type={spec.kind}
      data={spec.data as ChartData<ChartKind>}
      options={{
        responsive: true,
        maintainAspectRatio: false,
        ...still,
        ...spec.options,
        ...(onPick !== undefined && pressable(onPick)),
      }}
      plugins={[...(spec.plugins ?? [])]}
      fallbackContent={<p>{label}</p>}
    />
  );
}

function pressable(onPick: Pick): Partial<ChartOptions<ChartKind>> {
  return {
    onClick: (_event, [mark]) => {
      if (mark !== undefined) onPick(mark.index, mark.datasetIndex);
    },
    onHover: ({ native }, marks) => {
      if (native?.target instanceof HTMLElement) {
        native.target.style.cursor = marks.length > 0 ? 'pointer' : 'default';
      }
    },
  };
}
