/**
 * Fits the processor times of the cost model to comparisons, by least squares: what a connection, an encoded and a
 * decoded picture, and a forwarded packet cost on this machine. Bandwidth is never fitted.
 */
import type { ComparePath } from '../contract/compare-path.ts';
import type { ComparePlan } from '../contract/comparison.ts';
import { measuredPixels, type ProcessorCosts, type ServerCost } from './constants.ts';
import { type RoomCost, roomCost } from './cost-model.ts';
import { mediaRates } from './media-rates.ts';
import { shapeOf } from './shape-of.ts';
import type { PathSummary } from './summary.ts';

export interface CalibrationCell {
  readonly plan: Pick<ComparePlan, 'participants' | 'media'>;
  readonly summary: PathSummary;
}

/** What cannot be learned from the cells stays as it was in `before`. */
export function calibrate(cells: readonly CalibrationCell[], before: ProcessorCosts): ProcessorCosts {
  const server = (path: ComparePath, usual: ServerCost): ServerCost =>
    serverCost(cells.filter(({ summary }) => summary.path === path)) ?? usual;
  return {
    client: clientCost(cells) ?? before.client,
    sfu: {
      embedded: server('sfu', before.sfu.embedded),
      janus: server('sfu-janus', before.sfu.janus),
    },
    mcuPerParticipant: mcuCost(cells) ?? before.mcuPerParticipant,
    turn: {
      udp: server('relay-udp', before.turn.udp),
      tcp: server('relay-tcp', before.turn.tcp),
      tls: server('relay-tls', before.turn.tls),
    },
  };
}

/** CPU = base + connections · a + encoded · b + decoded · c, pictures counted in areas of 320×180. */
function clientCost(cells: readonly CalibrationCell[]): ProcessorCosts['client'] | null {
  const rows = cells.flatMap((cell) => {
    const { clientCpuPercent, path } = cell.summary;
    // A mixer shows no picture, and browsers then tell of no pictures at all.
    const none = path === 'mcu' ? 0 : null;
    const [encoded, decoded] = [cell.summary.encodedFps ?? none, cell.summary.decodedFps ?? none];
    if (clientCpuPercent === null || encoded === null || decoded === null) return [];
    const { media } = cell.plan;
    const area = (media.widthPx * media.heightPx) / measuredPixels;
    const terms = [1, costOf(cell).client.connections, encoded * area, decoded * area];
    return [{ terms, value: clientCpuPercent }];
  });
  const fit = leastSquares(rows, 4);
  if (fit === null) return null;
  const [base = 0, perConnection = 0, perEncodedFrame = 0, perDecodedFrame = 0] = fit;
  return { base, perConnection, perEncodedFrame, perDecodedFrame };
}

/** CPU = base + thousand packets · a, of a media server or a TURN server. */
function serverCost(cells: readonly CalibrationCell[]): ServerCost | null {
  const rows = cells.flatMap((cell) => {
    const { server, turn } = costOf(cell);
    const packets = server?.packetsPerSec ?? turn?.packetsPerSec;
    const value = cell.summary.serverCpuPercent ?? cell.summary.turnCpuPercent;
    return packets === undefined || value === null ? [] : [{ terms: [1, packets / 1_000], value }];
  });
  const fit = leastSquares(rows, 2);
  if (fit === null) return null;
  const [base = 0, perThousandPackets = 0] = fit;
  return { base, perThousandPackets };
}

function mcuCost(cells: readonly CalibrationCell[]): number | null {
  const rows = cells.flatMap(({ plan, summary }) =>
    summary.path === 'mcu' && summary.serverCpuPercent !== null
      ? [{ terms: [plan.participants], value: summary.serverCpuPercent }]
      : [],
  );
  return leastSquares(rows, 1)?.[0] ?? null;
}

function costOf({ plan, summary }: CalibrationCell): RoomCost {
  return roomCost(shapeOf(summary.path, plan.participants, mediaRates(plan.media), summary.bots));
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
