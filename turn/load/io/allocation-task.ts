/** Allocations, each from a port of its own, given back as soon as they are there. */
import { setMaxListeners } from 'node:events';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { countFailure } from './count-failure.ts';
import { DrivenAllocation } from './driven-allocation.ts';
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
  #open = 0;

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
      signal: this.#closing.signal,
      send: (dueMs, step) => this.#begin(dueMs, step, order.drainMs, pool),
    });
    pool?.close();
    return counted;
  }

  async finish(): Promise<void> {
    this.close();
  }

  close(): void {
    this.#closing.abort();
  }

  /** What has not come about by the end of the step’s last wait is lost, so nothing is waited for longer than that. */
  #begin(dueMs: number, step: number, giveUpMs: number, pool: WarmPool | null): boolean {
    if (this.#open >= this.#preparation.mostAtOnce) return false;
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
    this.#open += 1;
    void ended.then(() => {
      this.#open -= 1;
    });
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
