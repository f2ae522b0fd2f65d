/** What axes and lines look like in every chart. */
import { words } from '../words.ts';
import type { Ink } from './ink.ts';

/** Lines over numbers: their points are `{x, y}` in order of x, and the pointer finds the nearest by x alone. */
export const overNumbers = {
  parsing: false,
  normalized: true,
  interaction: { mode: 'nearest', axis: 'x', intersect: false },
} as const;

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
