/** The two ends of a pair, as a node sees them. */
import type { JobTry, PairOrder } from '../../../contract/fleet/agent-signal.ts';
import type { JobPlace } from '../../../contract/fleet/job.ts';
import type { AgentLink } from '../agent-link.ts';

export interface PairEnd {
  /** Null: it is connected to another node, which passes on what it is told. */
  readonly link: AgentLink | null;
  /** The other node; null: this one. */
  readonly node: string | null;
  tell(said: PairOrder): void;
  /** The attempt is over for it, and its slot free. */
  stop(reason: string): void;
}

export interface Pair {
  readonly which: JobTry;
  /** Whose job it is: it makes the offer and reports. */
  readonly owner: PairEnd;
  readonly helper: PairEnd;
}

export function nearEnd(which: JobTry, link: AgentLink): PairEnd {
  return {
    link,
    node: null,
    tell: (said) => link.send({ type: 'pair', ...which, said }),
    stop: (reason) => {
      link.ends(which);
      link.send({ type: 'cancel', ...which, reason });
    },
  };
}

/** An agent of this node that can be the other end, the least busy one where several would do; null: none. */
export function findHelper(place: JobPlace, owner: string, links: readonly AgentLink[]): AgentLink | null {
  const [helper] = links
    .filter(({ agent, greeted, draining }) => agent.id !== owner && greeted && !draining)
    .filter((link) => isAt(link, place) && link.kinds.includes('pair'))
    .sort((a, b) => b.free - a.free);
  return helper ?? null;
}

function isAt({ agent }: AgentLink, place: JobPlace): boolean {
  return 'agent' in place ? agent.id === place.agent : agent.region === place.region;
}

export function wordsOf(place: JobPlace): string {
  return 'agent' in place ? `agent ${place.agent}` : `region ${place.region}`;
}
