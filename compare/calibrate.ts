/**
 * Fits the processor times of the cost model to comparisons, by least squares: what a connection, an encoded and a
 * decoded picture, and a forwarded packet cost on this machine. Bandwidth is never fitted.
 */
import { pathKindOf } from '../contract/compare-path.ts';
import type { ComparePlan } from '../contract/comparison.ts';
import { measuredPixels, type ProcessorCosts } from './constants.ts';
import { roomCost } from './cost-model.ts';
import { mediaRates } from './media-rates.ts';
import type { PathSummary } from './summary.ts';

export interface CalibrationCell {
  readonly plan: Pick<ComparePlan, 'participants' | 'media'>;
  readonly summary: PathSummary;
}

/** What cannot be learned from the cells stays as it was in `before`. */
export function calibrate(cells: readonly CalibrationCell[], before: ProcessorCosts): ProcessorCosts {
  return {
    ...before,
    ...clientCosts(cells),
    ...sfuCosts(cells),
    ...mean(
      cells,
      'mcu',
      ({ plan, summary }) => ratio(summary.serverCpuPercent, plan.participants),
      'mcuPerParticipant',
    ),
    ...mean(cells, 'relay', turnPerThousand, 'turnPerThousandPackets'),
  };
}

type Partly = Partial<ProcessorCosts>;

/** CPU = base + connections · a + encoded · b + decoded · c, pictures counted in areas of 320×180. */
function clientCosts(cells: readonly CalibrationCell[]): Partly {
  const rows = cells.flatMap(({ plan, summary }) => {
    const { clientCpuPercent, encodedFps, decodedFps, path } = summary;
    if (clientCpuPercent === null || encodedFps === null || decodedFps === null) return [];
    const { client } = costOf({ plan, summary });
    const area = (plan.media.widthPx * plan.media.heightPx) / measuredPixels;
    // A mixer shows no picture, whatever its participants would encode.
    const pictures = path === 'mcu' ? [0, 0] : [encodedFps * area, decodedFps * area];
    return [{ terms: [1, client.connections, ...pictures], value: clientCpuPercent }];
  });
  const fit = leastSquares(rows, 4);
  if (fit === null) return {};
  const [clientBase = 0, clientPerConnection = 0, clientPerEncodedFrame = 0, clientPerDecodedFrame = 0] = fit;
  return { clientBase, clientPerConnection, clientPerEncodedFrame, clientPerDecodedFrame };
}

/** Of the embedded SFU: base + thousand packets · a. */
function sfuCosts(cells: readonly CalibrationCell[]): Partly {
  const rows = cells.flatMap((cell) => {
    const { path, serverCpuPercent } = cell.summary;
    const packets = costOf(cell).server?.packetsPerSec;
    if (path !== 'sfu' || serverCpuPercent === null || packets === undefined) return [];
    return [{ terms: [1, packets / 1_000], value: serverCpuPercent }];
  });
  const fit = leastSquares(rows, 2);
  if (fit === null) return {};
  const [sfuBase = 0, sfuPerThousandPackets = 0] = fit;
  return { sfuBase, sfuPerThousandPackets };
}

function turnPerThousand(cell: CalibrationCell): number | null {
  const packets = costOf(cell).turn?.packetsPerSec;
  // Each packet comes into the server twice: see cost-model.ts.
  return packets === undefined ? null : ratio(cell.summary.turnCpuPercent, (2 * packets) / 1_000);
}

function mean(
  cells: readonly CalibrationCell[],
  kind: 'mcu' | 'relay',
  measure: (cell: CalibrationCell) => number | null,
  name: 'mcuPerParticipant' | 'turnPerThousandPackets',
): Partly {
  const values = cells
    .filter(({ summary }) => pathKindOf(summary.path) === kind)
    .map(measure)
    .filter((value) => value !== null);
  if (values.length === 0) return {};
  return { [name]: values.reduce((total, value) => total + value, 0) / values.length };
}

function costOf({ plan, summary }: CalibrationCell) {
  const rates = mediaRates(plan.media);
  return roomCost({ path: pathKindOf(summary.path), participants: plan.participants, rates });
}

function ratio(value: number | null, by: number): number | null {
  return value === null ? null : value / by;
}

interface Row {
  readonly terms: readonly number[];
  readonly value: number;
}

/**
 * Weighted by 1 / value, so that small rooms count as much as large ones: the error that is printed is relative. No
 * coefficient is below zero: terms that would be are left out, and the rest is fitted anew. null: too few rows.
 */
export function leastSquares(rows: readonly Row[], terms: number): number[] | null {
  if (rows.length < terms) return null;
  let kept = Array.from({ length: terms }, (_, index) => index);
  while (kept.length > 0) {
    const solved = solveNormal(rows, kept);
    if (solved === null) {
      kept = kept.slice(0, -1);
      continue;
    }
    const worst = solved.indexOf(Math.min(...solved));
    if ((solved[worst] ?? 0) >= 0) {
      return Array.from({ length: terms }, (_, index) => solved[kept.indexOf(index)] ?? 0);
    }
    kept = kept.filter((_, index) => index !== worst);
  }
  return null;
}

/** The normal equations AᵀA·x = Aᵀb over the columns that are kept; null: they have no single solution. */
function solveNormal(rows: readonly Row[], kept: readonly number[]): number[] | null {
  const weighted = rows.map(({ terms, value }) =>
    kept.map((index) => (terms[index] ?? 0) / Math.max(1e-9, value)),
  );
  const system = kept.map((_, i) => [
    ...kept.map((__, j) => weighted.reduce((total, row) => total + (row[i] ?? 0) * (row[j] ?? 0), 0)),
    weighted.reduce((total, row) => total + (row[i] ?? 0), 0),
  ]);
  return gauss(system);
}

/** Gauss’s elimination with the largest pivot. */
function gauss(system: readonly (readonly number[])[]): number[] | null {
  const matrix = system.map((row) => [...row]);
  const size = matrix.length;
  for (let column = 0; column < size; column += 1) {
    const below = matrix.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const pivot = column + below.indexOf(Math.max(...below));
    const [chosen, here] = [matrix[pivot], matrix[column]];
    if (chosen === undefined || here === undefined || Math.abs(chosen[column] ?? 0) < 1e-12) return null;
    matrix[column] = chosen;
    if (pivot !== column) matrix[pivot] = here;
    for (const [index, row] of matrix.entries()) {
      if (index === column) continue;
      const factor = (row[column] ?? 0) / (chosen[column] ?? 1);
      for (let k = column; k <= size; k += 1) row[k] = (row[k] ?? 0) - factor * (chosen[k] ?? 0);
    }
  }
  return matrix.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}
