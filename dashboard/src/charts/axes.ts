/** What axes and lines look like in every chart. */
import type { TooltipItem } from 'chart.js';
import { words } from '../words.ts';
import type { ChartKind } from './canvas.tsx';
import type { Ink } from './ink.ts';

/** The pointer finds the nearest point by x alone. */
export const nearestByX = { mode: 'nearest', axis: 'x', intersect: false } as const;

/** Lines over numbers: their points are `{x, y}` in order of x. */
export const overNumbers = { parsing: false, normalized: true, interaction: nearestByX } as const;

/** The look of a line; its points are filled with the page. */
export function lineLook(color: string, dash: readonly number[], ink: Ink) {
  return {
    borderColor: color,
    backgroundColor: ink.surface,
    borderDash: [...dash],
    borderWidth: 2.5,
    // A value of zero, or of all, lies on the edge; its mark must not be cut in half.
    clip: 8,
  };
}

/** An axis of values, with a grid; the page around it is its frame. */
export function valueAxis(ink: Ink, title?: string) {
  return {
    ...(title !== undefined && { title: { display: true, text: title, color: ink.soft } }),
    grid: { color: ink.grid },
    border: { display: false },
  };
}

/** The axis along which lines over numbers run; ends that are not given are those of the data. */
export function numberAxis(ink: Ink, ends: { readonly min?: number; readonly max?: number }, title?: string) {
  return { type: 'linear', ...ends, ...valueAxis(ink, title) } as const;
}

/** Figures along an axis of values: upright, whatever the room. */
export function figures(ink: Ink) {
  return { color: ink.soft, maxRotation: 0 };
}

/** An axis of values from 0 to 100 %, in quarters. */
export function shareAxis(ink: Ink, title?: string) {
  return {
    min: 0,
    max: 1,
    ...valueAxis(ink, title),
    ticks: {
      ...figures(ink),
      stepSize: 0.25,
      callback: (value: string | number) => words.units.percent(Number(value)),
    },
  };
}

/** The axis along which lying bars or lanes stand; their names are its figures. */
export const nameAxis = { grid: { display: false }, border: { display: false } } as const;

/** A value under the pointer, behind the name of its line or bar. */
export function namedValue(read: (value: number) => string, axis: 'x' | 'y' = 'y') {
  return ({ dataset, parsed }: TooltipItem<ChartKind>) => `${dataset.label}: ${read(parsed[axis] ?? 0)}`;
}

/** What the pointer reads off lines: where it is, and the values there. */
export function readout(place: (item: TooltipItem<ChartKind>) => string, read: (value: number) => string) {
  const title = ([item]: TooltipItem<ChartKind>[]) => (item === undefined ? '' : place(item));
  return { tooltip: { callbacks: { title, label: namedValue(read) } } };
}
