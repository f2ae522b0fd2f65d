/** Allocations, each from a port of its own, given back as soon as they are there. */
import { setMaxListeners } from 'node:events';
import { failureCatalogue } from '../../../contract/failures.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { DrivenAllocation } from './driven-allocation.ts';
import { Gauges } from './gauges.ts';
import { type LoadTask, type Prepared, setUpGiveUpMs } from './load-task.ts';
import { runStep } from './schedule-step.ts';
import { StepMeter } from './step-meter.ts';

type AllocationPreparation = Extract<Preparation, { readonly axis: 'allocations' }>;

interface Outcome {
  readonly onAllocated: (software: string | null) => void;
  readonly onFailed: (failure: AllocationFailure) => void;
}

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
      this.#allocate(setUpGiveUpMs, {
        onAllocated: (software) => resolve({ ok: true, software }),
        onFailed: (failure) => resolve({ ok: false, failure }),
      });
    });
  }

  step(order: StepOrder): Promise<StepCount> {
    return runStep({
      order,
      sources: [{ flow: 0, periodMs: 1000 / order.offered, burst: 1 }],
      meter: this.#meter,
      gauges: new Gauges([], null),
      tellsOutward: false,
      signal: this.#closing.signal,
      send: (_flow, dueMs, step) => this.#begin(dueMs, step, order.drainMs),
    });
  }

  async finish(): Promise<void> {
    this.close();
  }

  close(): void {
    this.#closing.abort();
  }

  /** What has not come about by the end of the step’s last wait is lost, so nothing is waited for longer than that. */
  #begin(dueMs: number, step: number, giveUpMs: number): boolean {
    if (this.#open >= this.#preparation.mostAtOnce) return false;
    this.#allocate(giveUpMs, {
      onAllocated: () => this.#meter.arrivedBack(dueMs, step),
      onFailed: ({ code }) => {
        if (failureCatalogue[code].blame === 'local') this.#meter.sendFailed(code);
        else this.#meter.failed(code);
      },
    });
    return true;
  }

  #allocate(giveUpMs: number, { onAllocated, onFailed }: Outcome): void {
    this.#open += 1;
    const { ended } = new DrivenAllocation({
      target: this.#preparation,
      giveUpMs,
      releaseAfterAllocate: true,
      signal: this.#closing.signal,
      onEvent: (event) => {
        if (event.kind === 'allocated') onAllocated(event.software);
        else if (event.kind === 'failed') onFailed(event.failure);
      },
    });
    void ended.then(() => {
      this.#open -= 1;
    });
  }
}
