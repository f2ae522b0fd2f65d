/** Steps of all runs of a load, by what was offered. Pure. */
import { median } from '../../../compare/median.ts';
import type { LoadReportBody, LoadRun, LoadStep } from '../../../contract/load-report.ts';

export interface StepGroup {
  /** In the unit of the ladder. */
  readonly offered: number;
  /** Those that say something about the server. */
  readonly measured: readonly LoadStep[];
  /** Those of which the generator was the limit. */
  readonly limited: readonly LoadStep[];
}

/** Lowest offer first. */
export function stepGroups(runs: readonly LoadRun[]): StepGroup[] {
  const steps = runs.flatMap((run) => run.steps);
  const offers = [...new Set(steps.map(({ offered }) => offered))].toSorted((a, b) => a - b);
  return offers.map((offered) => {
    const own = steps.filter((step) => step.offered === offered);
    return {
      offered,
      measured: own.filter(({ outcome }) => outcome !== 'generator-limited'),
      limited: own.filter(({ outcome }) => outcome === 'generator-limited'),
    };
  });
}

/** What several runs came to. */
export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  readonly n: number;
}

/** Null: the step does not have it. */
export type StepFigure = (step: LoadStep) => number | null;

/** Null: no step has the figure. */
export function spreadOf(steps: readonly LoadStep[], figure: StepFigure): Spread | null {
  const values = steps.flatMap((step) => figure(step) ?? []);
  const middle = median(values);
  if (middle === null) return null;
  return { low: Math.min(...values), middle, high: Math.max(...values), n: values.length };
}

/** The step that the sentences speak of: the one that the verdict names, else the highest that says something. */
export function toldGroup(
  groups: readonly StepGroup[],
  { carried }: Pick<LoadReportBody['verdict'], 'carried'>,
): StepGroup | null {
  const measured = groups.filter((group) => group.measured.length > 0);
  return measured.find(({ offered }) => offered === carried) ?? measured.at(-1) ?? null;
}

/** In percent of what was sent. */
export interface LegLoss {
  readonly both: number;
  /** Null: there is no peer that counts. */
  readonly out: number | null;
  readonly back: number | null;
}

/** Of all packets of these steps; null: none was sent. */
export function legLoss(steps: readonly LoadStep[]): LegLoss | null {
  const sum = (figure: (step: LoadStep) => number) => steps.reduce((total, step) => total + figure(step), 0);
  const sent = sum((step) => step.sent);
  if (sent === 0) return null;
  const percent = (lost: number) => (100 * Math.max(0, lost)) / sent;
  const back = sum((step) => step.arrivedBack);
  if (steps.some(({ arrivedOut }) => arrivedOut === null)) {
    return { both: percent(sent - back), out: null, back: null };
  }
  const out = sum(({ arrivedOut }) => arrivedOut ?? 0);
  return { both: percent(sent - back), out: percent(sent - out), back: percent(out - back) };
}

export interface FailureCount {
  readonly code: string;
  readonly count: number;
  /** The lowest offer at which it came. */
  readonly from: number;
}

/** What the server refused or broke, most frequent first. */
export function failureCounts(groups: readonly StepGroup[]): FailureCount[] {
  const counts = new Map<string, FailureCount>();
  for (const { offered, measured, limited } of groups) {
    for (const step of [...measured, ...limited]) {
      for (const [code, count] of Object.entries(step.failures)) {
        const known = counts.get(code);
        counts.set(code, { code, count: count + (known?.count ?? 0), from: known?.from ?? offered });
      }
    }
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}

/** Against the limit of the stop rule. */
export const heats = ['low', 'middle', 'near', 'beyond'] as const;
export type Heat = (typeof heats)[number];

export function heatOf(us: number, limitUs: number): Heat {
  if (us > limitUs) return 'beyond';
  if (us > limitUs / 2) return 'near';
  return us > limitUs / 10 ? 'middle' : 'low';
}
