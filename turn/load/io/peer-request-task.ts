/** Permissions, or channels, each for a peer that its allocation has not asked for. */
import { type Endpoint, formatEndpoint } from '../../../stun/endpoint.ts';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import { parseCidr } from '../../lint/address.ts';
import { channelsOfAllocation, channelsOfStep } from '../channel-count.ts';
import { FreshAddresses } from '../fresh-addresses.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import { trialStep } from '../stamp.ts';
import type { StepCount } from '../step-count.ts';
import { countFailure } from './count-failure.ts';
import type { Due, Prepared } from './load-task.ts';
import { PopulationTask } from './population-task.ts';
import { runRequests } from './schedule-step.ts';

type PeerPreparation = Extract<Preparation, { readonly axis: 'permissions' | 'channels' }>;

/** RFC 8656 s12: channels are for address and port; one address has ports for more of them than an allocation may have. */
const firstPort = 10_000;

export class PeerRequestTask extends PopulationTask {
  readonly #preparation: PeerPreparation;
  readonly #addresses: FreshAddresses;
  /** Not answered yet, by peer. */
  readonly #waiting = new Map<string, Due>();
  /** Requests so far; allocations take turns. */
  #turn = 0;
  #onTried: ((failure: AllocationFailure | null) => void) | null = null;

  constructor(preparation: PeerPreparation) {
    super({ target: preparation, onEvent: (_member, event) => this.#onEvent(event) });
    const range = parseCidr(preparation.range);
    if (range === null) throw new RangeError(`not a CIDR range: ${preparation.range}`);
    this.#preparation = preparation;
    this.#addresses = new FreshAddresses(range);
  }

  /** And one request: whether the server allows the addresses at all. */
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
    await this.#renew(order);
    return runRequests({
      order,
      meter: this.meter,
      signal: this.population.ending,
      send: (dueMs, step) => this.#ask({ dueMs, step }),
    });
  }

  /** An allocation has no number twice for different peers: where they would not suffice, others take its place. */
  async #renew(order: StepOrder): Promise<void> {
    const { axis, allocations } = this.#preparation;
    const used = Math.ceil(this.#turn / allocations);
    if (axis === 'channels' && used + channelsOfStep(order, allocations) > channelsOfAllocation) {
      await this.population.resize(0);
      this.#turn = 0;
    }
    await this.population.resize(allocations);
  }

  #ask(due: Due): boolean {
    const { members } = this.population;
    const place = this.#turn % members.length;
    const round = Math.floor(this.#turn / members.length);
    this.#turn += 1;
    const member = members[place];
    if (member === undefined) return false;
    // One that is lost cannot ask: that is lost too.
    if (member.failure !== null) return true;
    const isChannel = this.#preparation.axis === 'channels';
    const peer = isChannel
      ? { ...this.#addresses.at(place), port: firstPort + round }
      : this.#addresses.at(this.#turn - 1);
    this.#waiting.set(formatEndpoint(peer), due);
    member.allocation.command((client, nowMs) =>
      isChannel ? client.channelBind(nowMs, peer, false) : client.createPermission(nowMs, [peer], false),
    );
    return true;
  }

  #onEvent(event: AllocationEvent): void {
    if (event.kind === 'permitted') this.#onDone(event.peers);
    else if (event.kind === 'bound') this.#onDone([event.peer]);
    else if (event.kind === 'peer-refused') {
      this.#onTried?.(event.failure);
      for (const _ of this.#takeDue(event.peers)) countFailure(this.meter, event.failure.code);
    }
  }

  #onDone(peers: readonly Endpoint[]): void {
    this.#onTried?.(null);
    for (const { dueMs, step } of this.#takeDue(peers)) this.meter.arrivedBack(dueMs, step);
  }

  #takeDue(peers: readonly Endpoint[]): Due[] {
    return peers.flatMap((peer) => {
      const key = formatEndpoint(peer);
      const due = this.#waiting.get(key);
      this.#waiting.delete(key);
      return due ?? [];
    });
  }
}
