/** What the loads on a population of allocations have in common. */
import type { StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import type { LoadTask, Prepared } from './load-task.ts';
import { Population, type PopulationOptions } from './population.ts';
import { StepMeter } from './step-meter.ts';

export abstract class PopulationTask implements LoadTask {
  protected readonly meter = new StepMeter();
  protected readonly population: Population;

  constructor(options: Omit<PopulationOptions, 'meter'>) {
    this.population = new Population({ ...options, meter: this.meter });
  }

  abstract prepare(): Promise<Prepared>;
  abstract step(order: StepOrder): Promise<StepCount>;

  finish(): Promise<void> {
    return this.population.finish();
  }

  close(): void {
    this.population.close();
  }
}
