/** Has all workers make one step together. */
import type { LoadProfile } from '../../../contract/load-profile.ts';
import type { WorkerNews } from '../orders.ts';
import { type Part, type Place, placeOf } from '../part.ts';
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

export interface AskedLoad {
  readonly profile: LoadProfile;
  /** Null: this machine makes it all. */
  readonly part: Part | null;
  /** Resolves when no answer is wanted any more. */
  readonly aborted: Promise<null>;
}

export class StepAsker {
  readonly #crew: Crew;
  readonly #load: AskedLoad;
  #number = 0;

  constructor(crew: Crew, load: AskedLoad) {
    this.#crew = crew;
    this.#load = load;
  }

  /** Null: it was aborted. Workers that do not answer in time are missing. */
  async ask({ offered, ...timing }: StepAsk): Promise<StepCount[] | null> {
    const { profile, part, aborted } = this.#load;
    const { axis, step, traffic } = profile;
    this.#number += 1;
    const number = this.#number;
    const lasts = (timing.discardSec + timing.seconds) * 1000 + step.drainMs;
    const answers = await Promise.race([
      aborted,
      this.#crew.ask(
        (worker) => ({
          kind: 'step',
          step: number,
          offered: partOf(offered, placeOf(worker, profile, part), profile),
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
function partOf(offered: number, { index, of }: Place, { axis, traffic }: LoadProfile): number {
  if (axis === 'held') return wholePart(offered, index, of);
  if (axis !== 'packets') return offered / of;
  const weight = (flows: readonly { readonly perSec: number }[]) =>
    flows.reduce((sum, { perSec }) => sum + perSec, 0);
  return (offered * weight(kindsOfFlows(traffic, index, of))) / weight(kindsOfFlows(traffic, 0, 1));
}

/** Of something that cannot be divided further. */
export function wholePart(all: number, index: number, of: number): number {
  return Math.floor(all / of) + (index < all % of ? 1 : 0);
}

function countOf(news: WorkerNews | null): StepCount[] {
  return news?.kind === 'counted' ? [news.count] : [];
}
