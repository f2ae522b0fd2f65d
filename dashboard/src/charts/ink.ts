/** Colours and dashes of charts, read from the page’s own variables so that they follow light and dark. */
import type { Path } from '../../../contract/basics.ts';
import { type InkName, isPathInk } from './ink-name.ts';

export interface Ink {
  readonly text: string;
  readonly soft: string;
  readonly grid: string;
  readonly surface: string;
  readonly good: string;
  readonly limited: string;
  readonly bad: string;
  readonly unknown: string;
  readonly path: Readonly<Record<Path, string>>;
}

/** Dash in pixels per path: told apart without colour. */
export const pathDashes: Readonly<Record<Path, readonly number[]>> = {
  mesh: [],
  sfu: [8, 4],
  mcu: [8, 3, 2, 3],
  relay: [2, 3],
};

export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: read('--ink'),
    soft: read('--ink-soft'),
    grid: read('--chart-grid'),
    surface: read('--surface'),
    good: read('--good'),
    limited: read('--limited'),
    bad: read('--bad'),
    unknown: read('--unknown'),
    path: {
      mesh: read('--path-mesh'),
      sfu: read('--path-sfu'),
      mcu: read('--path-mcu'),
      relay: read('--path-relay'),
    },
  };
}

export function inkOf(name: InkName, ink: Ink): string {
  return isPathInk(name) ? ink.path[name] : ink[name];
}

/** `#rrggbb` with an opacity 0–1. */
export function withAlpha(color: string, alpha: number): string {
  return `${color}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
