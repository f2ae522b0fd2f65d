/** How far the two ends of one attempt have come, and when. */
import { type Rung, rungs } from '../../../contract/basics.ts';
import type { LabAgentNews } from '../../../contract/lab-agent.ts';
import type { LabCandidate, LabMilestones } from '../../../contract/lab-report.ts';
import { labRungs } from '../../../contract/lab-words.ts';
import { toldCandidates } from '../../scenario/told-candidates.ts';

export type Ended = Extract<LabAgentNews, { news: 'ended' }>;

export interface Course {
  /** Of the end that the cell is from, which offers, and of the other. */
  readonly rungs: [Rung, Rung];
  readonly milestones: { -readonly [K in keyof LabMilestones]: LabMilestones[K] };
  readonly candidates: [LabCandidate[], LabCandidate[]];
}

/** An agent on a host with very many addresses. */
const mostCandidates = 40;

export function newCourse(): Course {
  const times = labRungs.map(({ milestone }) => [milestone, null]);
  return { rungs: ['S0', 'S0'], milestones: Object.fromEntries(times), candidates: [[], []] };
}

/** The times are those of the offering end. */
export function noteNews(
  { milestones, rungs: reached, candidates }: Course,
  { index, news, atMs, hasEcho }: { index: 0 | 1; news: LabAgentNews; atMs: number; hasEcho: boolean },
): void {
  const roundMs = Math.round(atMs * 10) / 10;
  const told = toldCandidates(news, roundMs);
  candidates[index].push(...told.slice(0, mostCandidates - candidates[index].length));
  const rung =
    news.news === 'reached'
      ? news.rung
      : news.news === 'ended' && news.outcome === 'connected' && hasEcho && index === 0
        ? 'S4'
        : null;
  if (rung === null) return;
  if (rungs.indexOf(rung) > rungs.indexOf(reached[index])) reached[index] = rung;
  const milestone = labRungs.find((step) => step.rung === rung)?.milestone;
  if (index === 0 && milestone !== undefined) milestones[milestone] ??= roundMs;
}
