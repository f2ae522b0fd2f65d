/** Allocations that are kept: so many at once, each refreshed again and again. */
import type { TransactionRecord } from '../../../stun/transaction-record.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { Gauges } from './gauges.ts';
import type { Due, Prepared } from './load-task.ts';
import type { Member } from './population.ts';
import { PopulationTask } from './population-task.ts';
import { countedBy, runStep } from './schedule-step.ts';

type HeldPreparation = Extract<Preparation, { readonly axis: 'held' }>;

export class HeldTask extends PopulationTask {
  readonly #preparation: HeldPreparation;
  /** Refreshes that have not been answered, oldest first. */
  readonly #waiting = new WeakMap<Member, Due[]>();

  constructor(preparation: HeldPreparation) {
    super({
      target: preparation,
      onEvent: (member, event) => {
        if (event.kind === 'transaction') this.#onTransaction(member, event.record);
      },
    });
    this.#preparation = preparation;
  }

  prepare(): Promise<Prepared> {
    return this.population.join();
  }

  async step(order: StepOrder): Promise<StepCount> {
    await this.population.resize(Math.round(order.offered));
    // One that is lost keeps its place: its refreshes count as lost too.
    const members = [...this.population.members];
    return runStep({
      order,
      sources: members.map((_, flow) => ({
        flow,
        periodMs: 1000 * this.#preparation.refreshSec,
        burst: 1,
      })),
      meter: this.meter,
      gauges: new Gauges([], null),
      tellsOutward: false,
      signal: this.population.ending,
      offer: countedBy(this.meter, (flow, dueMs, step) => this.#refresh(members[flow], { dueMs, step })),
    });
  }

  #refresh(member: Member | undefined, due: Due): boolean {
    if (member === undefined) return false;
    if (member.failure !== null) return true;
    const waiting = this.#waiting.get(member) ?? [];
    waiting.push(due);
    this.#waiting.set(member, waiting);
    member.allocation.command((client, nowMs) => client.refresh(nowMs));
    return true;
  }

  /** A refresh that was told to come again with a fresh nonce (438) is still the same one. */
  #onTransaction(member: Member, { purpose, outcome, sentMs }: TransactionRecord): void {
    if (!purpose.startsWith('relay/refresh') || outcome === 'refused') return;
    const waiting = this.#waiting.get(member) ?? [];
    const at = waiting.findLastIndex(({ dueMs }) => dueMs <= (sentMs[0] ?? 0));
    const [due] = at < 0 ? [] : waiting.splice(at, 1);
    if (due !== undefined && outcome === 'answered') this.meter.arrivedBack(due.dueMs, due.step);
  }
}
