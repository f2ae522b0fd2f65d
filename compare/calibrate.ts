/**
 * Fits the processor times of the cost model to comparisons, by least squares: what a connection, an encoded and a
 * decoded picture, and being woken cost on this machine. Bandwidth is never fitted, nor is what a packet costs a server
 * under load: small rooms do not show it.
 */
import type { ComparePath } from '../contract/compare-path.ts';
import type { ComparePlan } from '../contract/comparison.ts';
import { type MixerCost, measuredPixels, type ProcessorCosts, type ServerCost } from './constants.ts';
import { asleep, forwardingCpu, type RoomCost, roomCost } from './cost-model.ts';
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
    serverCost(
      cells.filter(({ summary }) => summary.path === path),
      usual,
    ) ?? usual;
  return {
    client: clientCost(cells) ?? before.client,
    sfu: {
      embedded: server('sfu', before.sfu.embedded),
      janus: server('sfu-janus', before.sfu.janus),
    },
    mcu: mixerCost(cells) ?? before.mcu,
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
    return [{ terms, value: clientCpuPercent, scale: clientCpuPercent }];
  });
  const fit = leastSquares(rows, 4);
  if (fit === null) return null;
  const [base = 0, perConnection = 0, perEncodedFrame = 0, perDecodedFrame = 0] = fit;
  return { base, perConnection, perEncodedFrame, perDecodedFrame };
}

/** CPU − forwarding = asleep · (base + participants · a), of a media server or a TURN server. */
function serverCost(cells: readonly CalibrationCell[], usual: ServerCost): ServerCost | null {
  const rows = cells.flatMap((cell): Row[] => {
    const { server, turn } = costOf(cell);
    const packets = server?.packetsPerSec ?? turn?.packetsPerSec;
    const measured = cell.summary.serverCpuPercent ?? cell.summary.turnCpuPercent;
    if (packets === undefined || measured === null) return [];
    const forwarding = forwardingCpu(usual, packets);
    const free = asleep(forwarding);
    const terms = [free, free * cell.plan.participants];
    return [{ terms, value: measured - forwarding, scale: measured }];
  });
  const waking = baseAndMore(rows);
  return waking === null ? null : { ...usual, ...waking };
}

/** CPU = base + participants · a. */
function mixerCost(cells: readonly CalibrationCell[]): MixerCost | null {
  return baseAndMore(
    cells.flatMap(({ plan, summary: { path, serverCpuPercent: value } }) =>
      path === 'mcu' && value !== null ? [{ terms: [1, plan.participants], value, scale: value }] : [],
    ),
  );
}

function baseAndMore(rows: readonly Row[]): MixerCost | null {
  const fit = leastSquares(rows, 2);
  if (fit === null) return null;
  const [base = 0, perParticipant = 0] = fit;
  return { base, perParticipant };
}

function costOf({ plan, summary }: CalibrationCell): RoomCost {
  return roomCost(shapeOf(summary.path, plan.participants, mediaRates(plan.media), summary.bots));
}

interface Row {
  readonly terms: readonly number[];
  readonly value: number;
  /** What its error is a share of. */
  readonly scale: number;
}

/**
 * Weighted by 1 / scale, so that small rooms count as much as large ones: the error that is printed is relative. No
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
  const weighted = rows.map(({ terms, value, scale }) => {
    const weight = 1 / Math.max(1e-9, scale);
    return { terms: kept.map((index) => (terms[index] ?? 0) * weight), value: value * weight };
  });
  const total = (product: (row: (typeof weighted)[number]) => number): number =>
    weighted.reduce((sum, row) => sum + product(row), 0);
  const system = kept.map((_, i) => [
    ...kept.map((__, j) => total(({ terms }) => (terms[i] ?? 0) * (terms[j] ?? 0))),
    total(({ terms, value }) => (terms[i] ?? 0) * value),
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
