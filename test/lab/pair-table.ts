/** The outcome of all pairs, for people and for docs/predictions.md. */
import type { PairPrediction } from '../../probe/nat/predict-pair.ts';
import type { EndpointType } from './pair-endpoints.ts';
import { agrees, faultsOf, isCertain, type Trial } from './pair-trial.ts';

/** A trial of two endpoint types. */
export interface TypeTrial extends Trial {
  readonly x: EndpointType;
  readonly y: EndpointType;
}

const short = {
  direct: 'D',
  relay: 'R',
  depends: '?',
  fail: 'F',
  unknown: 'U',
  none: 'F',
  undecided: '!',
} as const satisfies Record<PairPrediction['outcome'] | Trial['seen'], string>;

export function tally(trials: readonly Trial[], which: 'prediction' | 'unmeasured') {
  const certain = trials.filter((trial) => isCertain(trial[which]));
  const open = trials.filter((trial) => !isCertain(trial[which]));
  const right = (some: readonly Trial[]) => some.filter((trial) => agrees(trial[which], trial.seen)).length;
  return {
    pairs: trials.length,
    certain: certain.length,
    certainRight: right(certain),
    open: open.length,
    openRight: right(open),
  };
}

/** `D`, `R`: predicted and seen; `?D`: left open, seen direct; `R≠D`: predicted relay, seen direct. */
function cell({ prediction, seen }: Trial): string {
  const mark = isCertain(prediction) ? short[prediction.outcome] : '?';
  if (mark === short[seen]) return mark;
  return agrees(prediction, seen) ? `${mark}${short[seen]}` : `${mark}≠${short[seen]}`;
}

export function pairMatrix(types: readonly EndpointType[], trials: readonly TypeTrial[]): string {
  const found = new Map(trials.map((trial) => [`${trial.x.id}|${trial.y.id}`, cell(trial)]));
  const width = Math.max(...types.map(({ id }) => id.length));
  const head = types.map((_, index) => String(index + 1).padStart(4)).join('');
  const rows = types.map(({ id }, row) => {
    const cells = types.map((other) => {
      const text = found.get(`${id}|${other.id}`) ?? found.get(`${other.id}|${id}`) ?? '·';
      return text.padStart(4);
    });
    return `${String(row + 1).padStart(2)} ${id.padEnd(width)}${cells.join('')}`;
  });
  return [`   ${' '.repeat(width)}${head}`, ...rows].join('\n');
}

export function pairSummary(trials: readonly TypeTrial[]): string[] {
  const measured = tally(trials, 'prediction');
  const bare = tally(trials, 'unmeasured');
  const faults = trials.flatMap(faultsOf);
  const undecided = trials.filter(({ seen }) => seen === 'undecided').length;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const line = (name: string, t: ReturnType<typeof tally>) =>
    `${name}: ${t.pairs} pairs; ${t.certain} predicted for certain, ${t.certainRight} of them right (${percent(t.certainRight / t.certain)}); ${t.open} left open with odds, ${t.openRight} of them within what the prediction allows.`;
  return [
    line('With `--pairs`', measured),
    line('From mapping and filtering alone', bare),
    `Faults of the harness (DTLS, or an agent that hung), each tried once more: ${faults.length}; undecided in the end: ${undecided}.`,
  ];
}

/** One line per pair that a reader will ask about: left open, or not as predicted. */
export function pairRemarks(trials: readonly TypeTrial[]): string[] {
  return trials
    .filter(({ prediction, seen }) => !isCertain(prediction) || !agrees(prediction, seen))
    .map(({ x, y, prediction, seen }) => {
      const odds = prediction.odds === null ? '' : `, odds ${Math.round(prediction.odds.direct * 100)} %`;
      return `${x.id} × ${y.id}: predicted ${prediction.outcome} (\`${prediction.code}\`${odds}), seen ${seen}`;
    });
}
