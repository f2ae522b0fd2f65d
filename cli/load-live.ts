/** What `polynya turn load` shows on a terminal while it runs: where it is, how long that takes, what came of the steps before. */
import type { LoadProfile } from '../contract/load-profile.ts';
import type { LoadStep } from '../contract/load-report.ts';
import type { Offer } from '../turn/load/conductor.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { planOf } from '../turn/load/plan.ts';
import type { Paint } from './style.ts';
import { stepTable } from './turn-load-text.ts';

export interface EndedStep {
  /** From 0. */
  readonly run: number;
  readonly step: LoadStep;
}

export interface LoadProgress {
  readonly uri: string;
  readonly profile: LoadProfile;
  readonly elapsedSec: number;
  /** The step that is under way, and for how long; null: allocations are being made. */
  readonly now: { readonly offer: Offer; readonly elapsedSec: number } | null;
  /** In the order in which they ended. */
  readonly ended: readonly EndedStep[];
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** Title, place, time, earlier runs, heads of the table, and two rows that stay free. */
const otherRows = 7;
const barColumns = 16;

/** Never wider or higher than the screen. */
export function loadLiveLines(progress: LoadProgress, screen: Screen, paint: Paint): string[] {
  const { uri, profile, now, ended } = progress;
  const cut = (line: string) =>
    line.length < screen.columns ? line : `${line.slice(0, screen.columns - 2)}…`;
  const title = paint('bold', cut(`Load on ${uri}, in ${axisUnits[profile.axis]}`));
  if (now === null) return [title, 'Allocating …'];
  const { run } = now.offer;
  const steps = ended.filter((each) => each.run === run).map(({ step }) => step);
  const shown = steps.slice(-Math.max(1, screen.rows - otherRows));
  const table = stepTable(
    shown,
    {
      columns: ['offered', 'carried', 'outcome', 'lost', 'p50', 'p99', 'late', 'busy'],
      heads: { late: 'late' },
      width: screen.columns,
    },
    paint,
  );
  const lines = [
    title,
    ...placeLines(progress, now).map(cut),
    ...(shown.length === 0 ? [] : ['', ...table.split('\n')]),
  ];
  // What scrolls out cannot be written over.
  return lines.slice(0, screen.rows - 1);
}

function placeLines(
  progress: LoadProgress,
  { offer, elapsedSec }: NonNullable<LoadProgress['now']>,
): string[] {
  const { profile, ended } = progress;
  const { steps, stepSec, runs } = planOf(profile);
  const leftSec = Math.max(0, stepSec - elapsedSec);
  const filled = Math.round((1 - leftSec / stepSec) * barColumns);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)}`;
  const place = `run ${offer.run + 1} of ${runs} · step ${steps.indexOf(offer.offered) + 1} of ${steps.length}`;
  const before = carriedBefore(ended, offer.run);
  const phase = `${phaseOf(profile, elapsedSec)}, ${Math.ceil(leftSec)} s`;
  return [
    `${place} · ${numberText(offer.offered)} offered`,
    `${bar} ${phase} · up to ${leftText(secondsLeft(progress))} left`,
    ...(before.length === 0 ? [] : [`Runs before carried ${before.join(', ')}.`]),
  ];
}

function phaseOf({ step: { discardSec, seconds } }: LoadProfile, elapsedSec: number): string {
  if (elapsedSec < discardSec) return 'warming up';
  return elapsedSec < discardSec + seconds ? 'measuring' : 'waiting for the last';
}

/** The highest step that each run before carried. */
function carriedBefore(ended: readonly EndedStep[], run: number): string[] {
  return Array.from({ length: run }, (_, index) => {
    const carried = ended.filter(({ step, run: of }) => of === index && step.outcome === 'carried');
    return carried.length === 0 ? 'none' : numberText(Math.max(...carried.map(({ step }) => step.offered)));
  });
}

/** Until everything is over at the latest: if every step is carried, or by the limit of the profile. */
export function secondsLeft({ profile, elapsedSec, now }: LoadProgress): number {
  const { steps, stepSec, firstRunSec, recoverySec, runs, mostMinutes } = planOf(profile);
  const byLimit = mostMinutes * 60 - elapsedSec;
  if (now === null) return Math.max(0, byLimit);
  const ofStep = Math.max(0, stepSec - now.elapsedSec);
  const ofRun = (steps.length - 1 - steps.indexOf(now.offer.offered)) * stepSec;
  const ofOthers = (runs - 1 - now.offer.run) * firstRunSec;
  return Math.max(0, Math.min(byLimit, ofStep + ofRun + ofOthers + recoverySec));
}

function leftText(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
