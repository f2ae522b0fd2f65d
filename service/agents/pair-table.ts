/** Pairs of agents that try to connect: passes between them what WebRTC calls signalling. */
import type { AgentMessage, JobTry } from '../../contract/fleet/agent-signal.ts';
import type { JobPlace } from '../../contract/fleet/job.ts';
import { fault } from '../fault.ts';
import type { StoredJob } from '../store/fleet/job-queries.ts';
import type { AgentLink } from './agent-link.ts';
import { pairOrderOf } from './judge/pair-order.ts';

export interface Pair {
  readonly which: JobTry;
  /** Whose job it is: it makes the offer and reports. */
  readonly owner: AgentLink;
  readonly helper: AgentLink;
}

export interface PairTableOptions {
  /** Candidates there are not passed on. */
  readonly refuses: (address: string) => boolean;
}

export class PairTable {
  readonly #options: PairTableOptions;
  /** By job. */
  readonly #pairs = new Map<string, Pair>();

  constructor(options: PairTableOptions) {
    this.#options = options;
  }

  /** Finds the other end, the least busy one where several would do. Throws `agent-missing`. */
  open(job: StoredJob, owner: AgentLink, links: readonly AgentLink[]): Pair {
    const place = job.request.kind === 'pair' ? job.request.with : null;
    const [helper] = links
      .filter(
        (link) => place !== null && link !== owner && link.greeted && !link.draining && isAt(link, place),
      )
      .filter(({ kinds }) => kinds.includes('pair'))
      .sort((a, b) => b.free - a.free);
    if (helper === undefined) throw fault('agent-missing', place === null ? undefined : wordsOf(place));
    const pair = { which: { job: job.id, try: job.try }, owner, helper };
    this.#pairs.set(job.id, pair);
    return pair;
  }

  /** What one end says goes to the other, without candidates that nobody here may talk to. */
  pass({ job, try: number, news }: Extract<AgentMessage, { type: 'pair' }>, from: AgentLink): void {
    const pair = this.of({ job, try: number });
    if (pair === null || (from !== pair.owner && from !== pair.helper)) return;
    const said = pairOrderOf(news, this.#options.refuses);
    const to = from === pair.owner ? pair.helper : pair.owner;
    if (said !== null) to.send({ type: 'pair', job, try: number, said });
  }

  /** The pair of exactly that try; null: there is none here. */
  of(which: JobTry): Pair | null {
    const pair = this.#pairs.get(which.job);
    return pair?.which.try === which.try ? pair : null;
  }

  end(which: JobTry): Pair | null {
    const pair = this.of(which);
    if (pair !== null) this.#pairs.delete(which.job);
    return pair;
  }
}

function isAt({ agent }: AgentLink, place: JobPlace): boolean {
  return 'agent' in place ? agent.id === place.agent : agent.region === place.region;
}

export function wordsOf(place: JobPlace): string {
  return 'agent' in place ? `agent ${place.agent}` : `region ${place.region}`;
}
