/** Has all workers make one step together. */
import type { LoadProfile } from '../../../contract/load-profile.ts';
import type { WorkerNews } from '../orders.ts';
import type { SliceOrder } from '../slices.ts';
import type { StepCount } from '../step-count.ts';
import { kindsOfFlows } from '../traffic.ts';
import type { Crew } from './crew.ts';

export interface StepAsk {
  /** In the unit of the ladder. */
  readonly offered: number;
  readonly discardSec: number;
  readonly seconds: number;
  readonly isFollowed?: true;
  readonly slices?: SliceOrder;
}

/** Beyond the time that a step takes; what lives on is made, or made anew, at its beginning. */
const patienceMs = 60_000;
const packetsPatienceMs = 5_000;

export class StepAsker {
  readonly #crew: Crew;
  readonly #profile: LoadProfile;
  readonly #aborted: Promise<null>;
  #number = 0;

  /** @param aborted resolves when no answer is wanted any more */
  constructor(crew: Crew, profile: LoadProfile, aborted: Promise<null>) {
    this.#crew = crew;
    this.#profile = profile;
    this.#aborted = aborted;
  }

  /** Null: it was aborted. Workers that do not answer in time are missing. */
  async ask({ offered, ...timing }: StepAsk): Promise<StepCount[] | null> {
    const { axis, step, traffic } = this.#profile;
    this.#number += 1;
    const number = this.#number;
    const lasts = (timing.discardSec + timing.seconds) * 1000 + step.drainMs;
    const answers = await Promise.race([
      this.#aborted,
      this.#crew.ask(
        (worker) => ({
          kind: 'step',
          step: number,
          offered: partOf(offered, worker, this.#profile),
          arrivals: traffic.arrivals,
          drainMs: step.drainMs,
          ...timing,
        }),
        ['counted'],
        lasts + (axis === 'packets' ? packetsPatienceMs : patienceMs),
      ),
    ]);
    return answers?.flatMap(countOf) ?? null;
  }
}

/** Rates of packets are divided by what the flows of a worker weigh; allocations that are held are whole numbers. */
function partOf(offered: number, worker: number, { axis, traffic, workers }: LoadProfile): number {
  if (axis === 'held') return wholePart(offered, worker, workers);
  if (axis !== 'packets') return offered / workers;
  const weight = (flows: readonly { readonly perSec: number }[]) =>
    flows.reduce((sum, { perSec }) => sum + perSec, 0);
  return (offered * weight(kindsOfFlows(traffic, worker, workers))) / weight(kindsOfFlows(traffic, 0, 1));
}

/** Of something that cannot be divided further. */
export function wholePart(all: number, worker: number, workers: number): number {
  return Math.floor(all / workers) + (worker < all % workers ? 1 : 0);
}

function countOf(news: WorkerNews | null): StepCount[] {
  return news?.kind === 'counted' ? [news.count] : [];
}
