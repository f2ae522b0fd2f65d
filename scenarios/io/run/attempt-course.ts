/** How far the two ends of one attempt have come, and when. */
import { type Rung, rungs } from '../../../contract/basics.ts';
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import type { LabCandidate, LabMilestones } from '../../../contract/lab-report.ts';
import { toldCandidates } from '../../scenario/told-candidates.ts';

export type Ended = Extract<LabAgentNews, { news: 'ended' }>;

export interface Course {
  /** Of the end that the cell is from, which offers, and of the other. */
  readonly rungs: [Rung, Rung];
  readonly candidates: [LabCandidate[], LabCandidate[]];
  readonly milestones: { -readonly [K in keyof LabMilestones]: LabMilestones[K] };
  readonly candidates: [LabCandidate[], LabCandidate[]];
}

/** An agent on a host with very many addresses. */
const mostCandidates = 40;

export function newCourse(): Course {
  const times = Object.values(milestoneOf).map((name) => [name, null]);
  return { rungs: ['S0', 'S0'], candidates: [[], []], milestones: Object.fromEntries(times) };
}

/** The times are those of the offering end. */
export function noteNews(
  { candidates, milestones, rungs: reached }: Course,
  { index, news, atMs, hasEcho }: { index: 0 | 1; news: LabAgentNews; atMs: number; hasEcho: boolean },
): void {
  const time = Math.round(atMs * 10) / 10;
  const told = toldCandidates(news, time);
  candidates[index].push(...told.slice(0, mostCandidates - candidates[index].length));
  const rung =
    news.news === 'reached'
      ? news.rung
      : news.news === 'ended' && news.outcome === 'connected' && hasEcho && index === 0
        ? 'S4'
        : null;
  if (rung === null) return;
  if (rungs.indexOf(rung) > rungs.indexOf(reached[index])) reached[index] = rung;
  if (index === 0) milestones[milestoneOf[rung]] ??= time;
}
