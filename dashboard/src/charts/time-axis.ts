import { formatClock, formatDay } from '../format/moment.ts';
import { figures, numberAxis } from './axes.ts';
import type { Ink } from './ink.ts';
import { wholeTimes } from './whole-times.ts';

/** Two days. */
const clockUpToMs = 172_800_000;

/** The axis along which lines over time run, named at whole clock times: by the hour where it is short, else by the day. */
export function timeAxis(ink: Ink, [min, max]: readonly [number, number]) {
  const format = max - min <= clockUpToMs ? formatClock : formatDay;
  return {
    ...numberAxis(ink, { min, max }),
    afterBuildTicks: (axis: { width: number; ticks: { value: number }[] }) => {
      axis.ticks = wholeTimes(min, max, Math.floor(axis.width / 90)).map((value) => ({ value }));
    },
    ticks: { ...figures(ink), callback: (value: string | number) => format(Number(value)) },
  };
}
