/** What one attempt of a lab cell shows: whom each end asked, what happened when, and where it stopped. Pure. */
import { type Rung, rungs } from '../../../contract/basics.ts';
import type { CandidateType } from '../../../contract/candidate.ts';
import type { LabAttempt, LabCandidate } from '../../../contract/lab-report.ts';
import { labRungs } from '../../../contract/lab-words.ts';
import { formatEndpoint } from '../format/endpoint.ts';

/** 0: the offering end. */
export type LabEnd = 0 | 1;
const ends = [0, 1] as const;

/** One end's connectivity checks to one address of the other. */
export interface CheckedAddress {
  readonly by: LabEnd;
  readonly to: string;
  /** As the other end told it; prflx: it never did, so it was learned from a check; null: not known. */
  readonly type: CandidateType | null;
  readonly checks: number;
  /** The selected pair leads there. */
  readonly selected: boolean;
}

export function checkedAddresses({ checks, candidates, selected }: LabAttempt): CheckedAddress[] {
  return ends.flatMap((by) => {
    const told = candidates?.[by === 0 ? 1 : 0];
    const chosen = by === 0 ? selected?.remote : selected?.local;
    return Object.entries(checks[by] ?? {}).map(([to, count]) => ({
      by,
      to,
      type: told === undefined ? null : (told.find((each) => formatEndpoint(each) === to)?.type ?? 'prflx'),
      checks: count,
      selected: chosen !== undefined && formatEndpoint(chosen) === to,
    }));
  });
}

export type Moment =
  | { readonly atMs: number; readonly by: LabEnd; readonly candidate: LabCandidate }
  | { readonly atMs: number; readonly reached: Rung };

/** In the order of time; the milestones are those of the offering end. */
export function momentsOf({ milestones, candidates }: LabAttempt): Moment[] {
  const reached = labRungs.flatMap(({ rung, milestone }) => {
    const atMs = milestones[milestone];
    return atMs === null ? [] : [{ atMs, reached: rung }];
  });
  const told = ends.flatMap((by) =>
    (candidates?.[by] ?? []).map((candidate) => ({ atMs: candidate.atMs, by, candidate })),
  );
  return [...told, ...reached].toSorted((a, b) => a.atMs - b.atMs);
}

/** The rung that it did not reach; null: it connected. */
export function failingStep({ outcome, rung }: LabAttempt): Rung | null {
  return outcome === 'connected' ? null : (rungs[rungs.indexOf(rung) + 1] ?? null);
}
