/** Permissions, each for an address that its allocation has not asked for. */
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import { parseCidr } from '../../lint/address.ts';
import { FreshAddresses } from '../fresh-addresses.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import { trialStep } from '../stamp.ts';
import type { StepCount } from '../step-count.ts';
import { countFailure } from './count-failure.ts';
import type { Due, Prepared } from './load-task.ts';
import { PopulationTask } from './population-task.ts';
import { runRequests } from './schedule-step.ts';

type PermissionPreparation = Extract<Preparation, { readonly axis: 'permissions' }>;

export class PermissionTask extends PopulationTask {
  readonly #preparation: PermissionPreparation;
  readonly #addresses: FreshAddresses;
  /** Not answered yet, by address. */
  readonly #waiting = new Map<string, Due>();
  #turn = 0;
  #onTried: ((failure: AllocationFailure | null) => void) | null = null;

  constructor(preparation: PermissionPreparation) {
    super({ target: preparation, onEvent: (_member, event) => this.#onEvent(event) });
    const range = parseCidr(preparation.range);
    if (range === null) throw new RangeError(`not a CIDR range: ${preparation.range}`);
    this.#preparation = preparation;
    this.#addresses = new FreshAddresses(range);
  }

  /** And one permission: whether the server allows the addresses at all. */
  async prepare(): Promise<Prepared> {
    const there = await this.population.settle(this.#preparation.allocations);
    if (!there.ok) return there;
    const failure = await new Promise<AllocationFailure | null>((resolve) => {
      this.#onTried = resolve;
      this.#ask({ dueMs: performance.now(), step: trialStep });
    });
    this.#onTried = null;
    return failure === null ? there : { ok: false, failure };
  }

  async step(order: StepOrder): Promise<StepCount> {
    await this.population.resize(this.#preparation.allocations);
    return runRequests({
      order,
      meter: this.meter,
      signal: this.population.ending,
      send: (dueMs, step) => this.#ask({ dueMs, step }),
    });
  }

  /** Allocations take turns. */
  #ask(due: Due): boolean {
    const { members } = this.population;
    this.#turn += 1;
    const member = members[this.#turn % members.length];
    if (member === undefined) return false;
    // One that is lost cannot ask: that is lost too.
    if (member.failure !== null) return true;
    const peer = this.#addresses.next();
    this.#waiting.set(peer.address, due);
    member.allocation.command((client, nowMs) => client.createPermission(nowMs, [peer], false));
    return true;
  }

  #onEvent(event: AllocationEvent): void {
    if (event.kind === 'permitted') {
      this.#onTried?.(null);
      for (const { dueMs, step } of this.#takeDue(event.peers)) this.meter.arrivedBack(dueMs, step);
    } else if (event.kind === 'peer-refused') {
      this.#onTried?.(event.failure);
      for (const _ of this.#takeDue(event.peers)) countFailure(this.meter, event.failure.code);
    }
  }

  #takeDue(peers: readonly Endpoint[]): Due[] {
    return peers.flatMap(({ address }) => {
      const due = this.#waiting.get(address);
      this.#waiting.delete(address);
      return due ?? [];
    });
  }
}
