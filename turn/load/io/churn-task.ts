/** Allocations that come and go: so many live at the same time, and each that comes takes the place of another. */
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { Gauges } from './gauges.ts';
import type { LoadTask, Prepared } from './load-task.ts';
import { Population } from './population.ts';
import { runStep } from './schedule-step.ts';
import { StepMeter } from './step-meter.ts';

type ChurnPreparation = Extract<Preparation, { readonly axis: 'churn' }>;

export class ChurnTask implements LoadTask {
  readonly #preparation: ChurnPreparation;
  readonly #meter = new StepMeter();
  readonly #population: Population;

  constructor(preparation: ChurnPreparation) {
    this.#preparation = preparation;
    this.#population = new Population({ target: preparation, meter: this.#meter });
  }

  prepare(): Promise<Prepared> {
    return this.#population.settle(this.#preparation.population);
  }

  async step(order: StepOrder): Promise<StepCount> {
    await this.#population.resize(this.#preparation.population);
    return runStep({
      order,
      sources: [{ flow: 0, periodMs: 1000 / order.offered, burst: 1 }],
      meter: this.#meter,
      gauges: new Gauges([], null),
      tellsOutward: false,
      signal: this.#population.ending,
      send: (_flow, dueMs, step) => this.#replace(dueMs, step, order.drainMs),
    });
  }

  finish(): Promise<void> {
    return this.#population.finish();
  }

  close(): void {
    this.#population.close();
  }

  /** Who goes is drawn from all: with arrivals at random, lifetimes are exponential about `population` / rate. */
  #replace(dueMs: number, step: number, giveUpMs: number): boolean {
    if (this.#population.members.length >= this.#preparation.mostAtOnce) return false;
    void this.#population.join(giveUpMs).then(({ ok, member }) => {
      if (!ok) {
        this.#population.forget(member);
        return;
      }
      this.#meter.arrivedBack(dueMs, step);
      this.#population.leave(Math.random());
    });
    return true;
  }
}
