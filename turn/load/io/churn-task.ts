/** Allocations that come and go: so many live at the same time, and each that comes takes the place of another. */
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import type { Prepared } from './load-task.ts';
import { PopulationTask } from './population-task.ts';
import { runRequests } from './schedule-step.ts';

type ChurnPreparation = Extract<Preparation, { readonly axis: 'churn' }>;

export class ChurnTask extends PopulationTask {
  readonly #preparation: ChurnPreparation;

  constructor(preparation: ChurnPreparation) {
    super({ target: preparation });
    this.#preparation = preparation;
  }

  prepare(): Promise<Prepared> {
    return this.population.settle(this.#preparation.population);
  }

  async step(order: StepOrder): Promise<StepCount> {
    const { population, meter } = this;
    await population.resize(this.#preparation.population);
    return runRequests({
      order,
      meter,
      signal: population.ending,
      send: (dueMs, step) => this.#replace(dueMs, step, order.drainMs),
    });
  }

  /** Who goes is drawn from all: with arrivals at random, lifetimes are exponential about `population` / rate. */
  #replace(dueMs: number, step: number, giveUpMs: number): boolean {
    const { population, meter } = this;
    if (population.members.length >= this.#preparation.mostAtOnce) return false;
    void population.join(giveUpMs).then(({ ok, member }) => {
      if (!ok) {
        population.forget(member);
        return;
      }
      meter.arrivedBack(dueMs, step);
      population.leave(Math.random());
    });
    return true;
  }
}
