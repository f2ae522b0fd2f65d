import { classifyNat } from '../../probe/nat/classify.ts';
import { buildWorld } from './build-world.ts';
import type { Cell } from './cell.ts';
import { type Grade, gradeRun, grades } from './grade.ts';

export interface Conditions {
  /** Per direction, 0–1. */
  readonly loss: number;
  readonly rttMs: number;
}

export interface CellResult extends Conditions {
  readonly cell: string;
  readonly counts: Readonly<Record<Grade, number>>;
  /** Virtual time to the verdict, one per run. */
  readonly verdictMs: readonly number[];
  /** Runs that were not exact: which seed, and what was said. */
  readonly remarks: readonly string[];
}

export const losses = [0, 0.01, 0.05, 0.1] as const;
export const rttsMs = [5, 40, 300, 1200] as const;

/** Between two runs of a cell that repeats them. */
const restMs = 200;

export function runCell(cell: Cell, conditions: Conditions, seeds: readonly number[]): CellResult {
  const counts: Record<Grade, number> = { exact: 0, open: 0, vague: 0, wrong: 0 };
  const verdictMs: number[] = [];
  const remarks: string[] = [];
  let world = buildWorld(cell.world, { ...conditions, seed: seeds[0] ?? 1 });
  for (const [index, seed] of seeds.entries()) {
    if (!cell.world.repeated && index > 0) world = buildWorld(worldOf(cell, seed), { ...conditions, seed });
    const run = world.probe(seed);
    if (cell.world.repeated) world.net.idle(restMs);
    const { grade, remark } = gradeRun(cell, conditions.rttMs, classifyNat(run.evidence));
    counts[grade] += 1;
    verdictMs.push(run.verdictMs);
    if (grade !== 'exact') remarks.push(`seed ${seed}, ${grade}: ${remark}`);
  }
  return { cell: cell.id, ...conditions, counts, verdictMs, remarks };
}

/** The nine classes hold for both engines of a NAT: every other seed has the other one. */
function worldOf(cell: Cell, seed: number): Cell['world'] {
  if (cell.group !== 'nine' || seed % 2 === 0) return cell.world;
  const layers = cell.world.layers.map((layer) =>
    layer.kind === 'nat' ? { ...layer, engine: 'session' as const } : layer,
  );
  return { ...cell.world, layers };
}

export function totalOf(results: readonly CellResult[]): Record<Grade, number> {
  const total: Record<Grade, number> = { exact: 0, open: 0, vague: 0, wrong: 0 };
  for (const { counts } of results) for (const grade of grades) total[grade] += counts[grade];
  return total;
}

/** Nearest-rank percentile; `share` 0–1. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? Number.NaN;
}
