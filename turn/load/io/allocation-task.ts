/** Allocations, each from a port of its own, given back as soon as they are there. */
import { setMaxListeners } from 'node:events';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { countFailure } from './count-failure.ts';
import { DrivenAllocation } from './driven-allocation.ts';
import { giveBack } from './give-back.ts';
import { type LoadTask, type Prepared, setUpGiveUpMs } from './load-task.ts';
import { runRequests } from './schedule-step.ts';
import { StepMeter } from './step-meter.ts';
import { WarmPool } from './warm-pool.ts';

type AllocationPreparation = Extract<Preparation, { readonly axis: 'allocations' }>;

interface Outcome {
  readonly onAllocated: (software: string | null) => void;
  readonly onFailed: (failure: AllocationFailure) => void;
}

/** Warm: so much of a second’s allocations are ready at any time, but not fewer than the second figure. */
const readySec = 0.5;
const leastReady = 8;

export class AllocationTask implements LoadTask {
  readonly #preparation: AllocationPreparation;
  readonly #meter = new StepMeter();
  readonly #closing = new AbortController();
  /** Of the step: what is under way is given back afterwards. */
  readonly #stopping = new AbortController();
  /** Until their sockets are closed. */
  readonly #open = new Set<Promise<void>>();

  constructor(preparation: AllocationPreparation) {
    this.#preparation = preparation;
    // Every allocation listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** One, to see that it works at all. */
  prepare(): Promise<Prepared> {
    return new Promise((resolve) => {
      this.#allocateCold(setUpGiveUpMs, {
        onAllocated: (software) => resolve({ ok: true, software }),
        onFailed: (failure) => resolve({ ok: false, failure }),
      });
    });
  }

  async step(order: StepOrder): Promise<StepCount> {
    const pool = this.#preparation.isWarm ? this.#poolFor(order) : null;
    await pool?.fill(Math.max(leastReady, Math.ceil(order.offered * readySec)));
    const counted = await runRequests({
      order,
      meter: this.#meter,
      signal: this.#stopping.signal,
      send: (dueMs, step) => this.#begin(dueMs, step, order.drainMs, pool),
    });
    pool?.close();
    return counted;
  }

  /** What has come about is given back first. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await giveBack(Promise.all(this.#open));
    this.close();
  }

  close(): void {
    this.#stopping.abort();
    this.#closing.abort();
  }

  /** What has not come about by the end of the step’s last wait is lost, so nothing is waited for longer than that. */
  #begin(dueMs: number, step: number, giveUpMs: number, pool: WarmPool | null): boolean {
    if (this.#open.size >= this.#preparation.mostAtOnce) return false;
    const outcome: Outcome = {
      onAllocated: () => this.#meter.arrivedBack(dueMs, step),
      onFailed: ({ code }) => countFailure(this.#meter, code),
    };
    if (pool === null) this.#allocateCold(giveUpMs, outcome);
    else this.#allocateWarm(pool, outcome);
    return true;
  }

  #allocateCold(giveUpMs: number, outcome: Outcome): void {
    const allocation = new DrivenAllocation({
      target: this.#preparation,
      giveUpMs,
      wishes: { releaseAfterAllocate: true },
      signal: this.#closing.signal,
      onEvent: (event) => tell(event, outcome),
    });
    allocation.start();
    this.#track(allocation.ended);
  }

  /** Where none is ready the server has not answered: that is lost. */
  #allocateWarm(pool: WarmPool, outcome: Outcome): void {
    const ended = pool.allocate((event) => tell(event, outcome));
    if (ended === null) outcome.onFailed({ code: 'timeout', detail: 'no client was challenged in time' });
    else this.#track(ended);
  }

  #track(ended: Promise<void>): void {
    this.#open.add(ended);
    void ended.then(() => this.#open.delete(ended));
  }

  #poolFor({ drainMs }: StepOrder): WarmPool {
    return new WarmPool({
      target: this.#preparation,
      giveUpMs: drainMs,
      signal: this.#closing.signal,
      onFailed: (code) => countFailure(this.#meter, code),
    });
  }
}

function tell(event: AllocationEvent, { onAllocated, onFailed }: Outcome): void {
  if (event.kind === 'allocated') onAllocated(event.software);
  else if (event.kind === 'failed') onFailed(event.failure);
}
