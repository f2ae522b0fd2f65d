/** Several machines, one load: each makes its part of every step, all at the same time and without a word to each other. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadRun } from '../../contract/load-report.ts';
import { ladderOf, stepsOf } from './ladder.ts';

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly of: number;
  /** Of the first step, in ms since 1970. */
  readonly startAtMs: number;
  /** How far the clock of this machine was ahead of that of part 1 when they met; absent: they did not. */
  readonly offFirstMs?: number | undefined;
}

/** A worker among those of all machines. */
export interface Place {
  readonly index: number;
  readonly of: number;
}

/** @param part null: this machine makes the whole load */
export function placeOf(worker: number, { workers }: LoadProfile, part: Part | null): Place {
  return part === null
    ? { index: worker, of: workers }
    : { index: (part.number - 1) * workers + worker, of: part.of * workers };
}

/** Between the end of a step and the next: workers tell what they counted, machines need not be equally fast. */
const pauseMs = 2_000;

/** From the beginning of a step to the beginning of the next. */
export function slotMs({ step }: LoadProfile): number {
  return (step.discardSec + step.seconds) * 1000 + step.drainMs + pauseMs;
}

/** Every step of every run has its time, whatever becomes of those before it. */
export function slotStartMs(
  profile: LoadProfile,
  { startAtMs }: Pick<Part, 'startAtMs'>,
  { run, offered }: { readonly run: number; readonly offered: number },
): number {
  const steps = stepsOf(ladderOf(profile));
  return startAtMs + (run * steps.length + steps.indexOf(offered)) * slotMs(profile);
}

/** Of the whole load. */
export function scheduleMs(profile: LoadProfile): number {
  return profile.runs * stepsOf(ladderOf(profile)).length * slotMs(profile);
}

/** Whether a part offered what it should have. */
export function isComplete(runs: readonly LoadRun[], profile: LoadProfile): boolean {
  return runs.length === profile.runs && runs.every(({ end }) => end !== 'stopped');
}
