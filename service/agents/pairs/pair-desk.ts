/** Pairs of agents that try to connect: finds the other end, and passes between them what WebRTC calls signalling. */
import type { AgentMessage, JobTry } from '../../../contract/fleet/agent-signal.ts';
import { fault } from '../../fault.ts';
import type { StoredJob } from '../../store/fleet/job-queries.ts';
import type { AgentLink } from '../agent-link.ts';
import type { Assign, PairAssignment, PairWork } from '../assignment.ts';
import { pairOrderOf } from '../judge/pair-order.ts';
import { PairBridge, type PairFleet } from './pair-bridge.ts';
import { findHelper, nearEnd, type Pair, type PairEnd, wordsOf } from './pair-end.ts';
import type { PairClaim, PairHelper } from './pair-messages.ts';

export interface PairDeskOptions {
  /** Null: this node is alone. */
  readonly fleet: PairFleet | null;
  /** Candidates there are not passed on. */
  readonly refuses: (address: string) => boolean;
  readonly links: () => readonly AgentLink[];
  readonly findJob: (id: string) => Promise<StoredJob | null>;
  readonly assign: Assign;
  /** An agent of this node has its half from now on. */
  readonly begin: (link: AgentLink, which: JobTry, assignment: PairAssignment) => void;
  /** Broken off for a reason that says nothing about the network: to be tried again. */
  readonly onBroken: (which: JobTry) => void;
  /** Another node has seen the end of that try. */
  readonly onOver: (which: JobTry) => void;
}

export class PairDesk {
  readonly #options: PairDeskOptions;
  readonly #bridge: PairBridge | null;
  /** By job. */
  readonly #pairs = new Map<string, Pair>();

  constructor(options: PairDeskOptions) {
    this.#options = options;
    const { fleet, onOver } = options;
    this.#bridge =
      fleet === null
        ? null
        : new PairBridge(fleet, {
            onClaim: (claim, owner) => this.#lend(claim, owner),
            onTell: ({ said, ...which }) => nearOf(this.#of(which))?.tell(said),
            onStop: (which, reason) => nearOf(this.#end(which))?.stop(reason),
            onLost: (which) => this.#break(which, 'the node of the other end does not answer'),
            onNodeGone: (node) => this.#breakWith(node),
            onOver,
          });
  }

  /**
   * The other end gets its half first: it waits for the offer. Gives what is left for the owner; null: the attempt is over
   * already. Throws `agent-missing`.
   */
  async open(
    job: StoredJob,
    owner: AgentLink,
    { work, timeoutMs }: PairAssignment,
  ): Promise<PairWork | null> {
    const { links, begin } = this.#options;
    const which = { job: job.id, try: job.try };
    const place = job.request.kind === 'pair' ? job.request.with : null;
    if (place === null) throw fault('agent-missing');
    const near = findHelper(place, owner.agent.id, links());
    if (near !== null) {
      this.#pairs.set(job.id, { which, owner: nearEnd(which, owner), helper: nearEnd(which, near) });
      begin(near, which, { work: halfOf(work, toldOf(owner)), timeoutMs });
      return { ...work, ...whoIs(toldOf(near)) };
    }
    for (const node of this.#bridge?.nodes ?? []) {
      const helper = await this.#borrow(node, which, owner);
      if (helper === 'over') return null;
      if (helper !== null) return { ...work, ...whoIs(helper) };
    }
    throw fault('agent-missing', wordsOf(place));
  }

  /** What one end says goes to the other, without candidates that nobody here may talk to. */
  pass({ job, try: number, news }: Extract<AgentMessage, { type: 'pair' }>, from: AgentLink): void {
    const pair = this.#of({ job, try: number });
    if (pair === null) return;
    const to = otherOf(pair, from);
    const said = pairOrderOf(news, this.#options.refuses);
    if (said !== null) to?.tell(said);
  }

  /** Is it the half of somebody else’s job? */
  isHelper(which: JobTry, link: AgentLink): boolean {
    return this.#of(which)?.helper.link === link;
  }

  /** One end goes, and the other is told. Gives the pair; null: there is none. */
  leave(which: JobTry, link: AgentLink, reason: string): Pair | null {
    const pair = this.#end(which);
    if (pair !== null) otherOf(pair, link)?.stop(reason);
    return pair;
  }

  /** Every node hears of it, so each tells only its own. */
  over(which: JobTry): void {
    const pair = this.#end(which);
    if (pair?.helper.node === null) pair.helper.stop('it is over');
  }

  tellOver(which: JobTry): void {
    this.#bridge?.tellOver(which);
  }

  close(): void {
    this.#bridge?.close();
  }

  /** An agent of that node becomes the other end; null: it has none. */
  async #borrow(node: string, which: JobTry, owner: AgentLink): Promise<PairHelper | 'over' | null> {
    if (this.#bridge === null) return null;
    const pair: Pair = {
      which,
      owner: nearEnd(which, owner),
      helper: this.#bridge.endAt(node, which),
    };
    // Before it is asked: what the other end says may be here before the answer.
    this.#pairs.set(which.job, pair);
    const helper = await this.#bridge.claim(node, {
      ...which,
      owner: { agent: owner.agent.id, ...toldOf(owner) },
    });
    const isOver = this.#of(which) !== pair;
    if (helper === null) {
      if (!isOver) this.#end(which);
      return null;
    }
    if (isOver) return 'over';
    if (this.#options.links().includes(owner)) return helper;
    this.leave(which, owner, 'the other end is gone');
    return 'over';
  }

  /** An agent of this node becomes the other end of a job that another node has given out. */
  async #lend(
    { job: id, try: number, owner: asking }: PairClaim,
    owner: PairEnd,
  ): Promise<PairHelper | null> {
    const { findJob, assign, links, begin } = this.#options;
    const job = await findJob(id);
    if (job?.state !== 'running' || job.try !== number || job.request.kind !== 'pair') return null;
    const place = job.request.with;
    const find = () => findHelper(place, asking.agent, links());
    const link = find();
    if (link === null) return null;
    const { work, timeoutMs } = await assign(job, link);
    // It may have gone in the meantime.
    if (work.kind !== 'pair' || !links().includes(link)) return null;
    const which = { job: id, try: number };
    this.#pairs.set(id, { which, owner, helper: nearEnd(which, link) });
    begin(link, which, { work: halfOf(work, asking), timeoutMs });
    return toldOf(link);
  }

  #breakWith(node: string): void {
    const broken = [...this.#pairs.values()].filter(
      ({ owner, helper }) => owner.node === node || helper.node === node,
    );
    for (const { which } of broken) this.#break(which, 'the node of the other end is gone');
  }

  #break(which: JobTry, reason: string): void {
    const pair = this.#end(which);
    if (pair === null) return;
    nearOf(pair)?.stop(reason);
    this.#options.onBroken(which);
  }

  /** The pair of exactly that try. */
  #of(which: JobTry): Pair | null {
    const pair = this.#pairs.get(which.job);
    return pair?.which.try === which.try ? pair : null;
  }

  #end(which: JobTry): Pair | null {
    const pair = this.#of(which);
    if (pair !== null) this.#pairs.delete(which.job);
    return pair;
  }
}

/** The end that is connected here where the other is not. */
function nearOf(pair: Pair | null): PairEnd | null {
  if (pair === null) return null;
  return pair.owner.link === null ? pair.helper : pair.owner;
}

/** Null: the agent is no end of it. */
function otherOf({ owner, helper }: Pair, link: AgentLink): PairEnd | null {
  if (owner.link === link) return helper;
  return helper.link === link ? owner : null;
}

function toldOf({ agent: { name, region } }: AgentLink): PairHelper {
  return { name, region };
}

function whoIs({ name, region }: PairHelper): Pick<PairWork, 'other' | 'otherRegion'> {
  return { other: name, otherRegion: region };
}

/** What the end does that waits for the offer. */
function halfOf(work: PairWork, owner: PairHelper): PairWork {
  return { ...work, offers: false, ...whoIs(owner) };
}
