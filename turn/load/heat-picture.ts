/** The heat of several steps as rows of one picture: bands of delay from top to bottom, time from left to right. */
import { heatBoundsUs } from '../../contract/load-heat.ts';
import type { LoadStep } from '../../contract/load-report.ts';
import { timeText } from './figures.ts';

/** Some slices of a step, side by side in one column. */
export interface HeatColumn {
  /** Of the step, in the unit of the ladder. */
  readonly offered: number;
  /** From the beginning of what was measured of the step. */
  readonly fromMs: number;
  readonly sent: number;
  /** By band; all bands. */
  readonly counts: readonly number[];
  readonly lost: number;
}

export const heatBands: readonly string[] = [
  ...heatBoundsUs.map((us) => `≤ ${timeText(us)}`),
  `> ${timeText(heatBoundsUs.at(-1) ?? 0)}`,
];

/** @param most columns over all steps: slices are put together until they fit, and where even that is too much, the last steps are shown */
export function heatColumns(steps: readonly LoadStep[], most: number): HeatColumn[] {
  const shown = steps.filter(({ heat }) => (heat?.slices.length ?? 0) > 0).slice(-most);
  let together = 1;
  while (shown.reduce((sum, step) => sum + columnsOf(step, together), 0) > most) together += 1;
  return shown.flatMap((step) => joined(step, together));
}

function columnsOf({ heat }: LoadStep, together: number): number {
  return Math.ceil((heat?.slices.length ?? 0) / together);
}

function joined(step: LoadStep, together: number): HeatColumn[] {
  const { heat, offered } = step;
  if (heat === undefined) return [];
  return Array.from({ length: columnsOf(step, together) }, (_, column) => {
    const slices = heat.slices.slice(column * together, (column + 1) * together);
    const sent = slices.reduce((sum, slice) => sum + slice.sent, 0);
    const counts = heatBands.map((_name, band) =>
      slices.reduce((sum, slice) => sum + (slice.counts[band] ?? 0), 0),
    );
    const back = counts.reduce((sum, count) => sum + count, 0);
    // What leaves at the end of a slice on a clock of its own may come back in the next.
    return {
      offered,
      fromMs: column * together * heat.sliceMs,
      sent,
      counts,
      lost: Math.max(0, sent - back),
    };
  });
}

/** Bands that hold anything, and all between them. */
export function bandsInUse(
  columns: readonly HeatColumn[],
): { readonly first: number; readonly last: number } | null {
  const used = heatBands.flatMap((_, band) =>
    columns.some(({ counts }) => (counts[band] ?? 0) > 0) ? [band] : [],
  );
  const [first] = used;
  const last = used.at(-1);
  return first === undefined || last === undefined ? null : { first, last };
}

/** How much of a column lies in a band: the few that are late matter as much as the many that are not. */
export const heatLevels = [0, 0.001, 0.01, 0.1, 0.5] as const;

/** 0: none; else how many of `heatLevels` the share is above. */
export function heatLevel(count: number, sent: number): number {
  if (count === 0) return 0;
  const share = count / Math.max(1, sent);
  return Math.max(1, heatLevels.filter((level) => share > level).length);
}
