/** Allocations that are kept: so many at once, each refreshed again and again. */
import { setMaxListeners } from 'node:events';
import type { TransactionRecord } from '../../../stun/transaction-record.ts';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { Preparation, StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';
import { DrivenAllocation } from './driven-allocation.ts';
import { Gauges } from './gauges.ts';
import { type LoadTask, type Prepared, setUpGiveUpMs } from './load-task.ts';
import { runStep } from './schedule-step.ts';
import { StepMeter } from './step-meter.ts';

type HeldPreparation = Extract<Preparation, { readonly axis: 'held' }>;

/** So many are asked for, or given back, at once. */
const atOnce = 16;

interface Held {
  allocation: DrivenAllocation | null;
  /** Refreshes that have not been answered, oldest first. */
  readonly waiting: { readonly dueMs: number; readonly step: number }[];
  isLost: boolean;
}

export class HeldTask implements LoadTask {
  readonly #preparation: HeldPreparation;
  readonly #meter = new StepMeter();
  readonly #held: Held[] = [];
  readonly #closing = new AbortController();
  #growing: Promise<unknown> = Promise.resolve();
  /** Of the step: its allocations live on when it is over. */
  readonly #stopping = new AbortController();

  constructor(preparation: HeldPreparation) {
    this.#preparation = preparation;
    // Every allocation listens.
    setMaxListeners(0, this.#closing.signal);
  }

  prepare(): Promise<Prepared> {
    const first = this.#hold();
    this.#growing = first;
    return first;
  }

  async step(order: StepOrder): Promise<StepCount> {
    const wanted = Math.round(order.offered);
    while (this.#held.length < wanted && !this.#stopping.signal.aborted) {
      const missing = Math.min(atOnce, wanted - this.#held.length);
      this.#growing = Promise.all(Array.from({ length: missing }, () => this.#hold()));
      await this.#growing;
    }
    // A later ladder begins lower again.
    await this.#releaseFrom(wanted);
    return runStep({
      order,
      sources: this.#held.map((_, flow) => ({
        flow,
        periodMs: 1000 * this.#preparation.refreshSec,
        burst: 1,
      })),
      meter: this.#meter,
      gauges: new Gauges([], null),
      tellsOutward: false,
      signal: this.#stopping.signal,
      send: (flow, dueMs, step) => this.#refresh(flow, dueMs, step),
    });
  }

  async finish(): Promise<void> {
    this.#stopping.abort();
    // What is being allocated at the moment could not be given back later.
    await this.#growing;
    await this.#releaseFrom(0);
    this.close();
  }

  close(): void {
    this.#stopping.abort();
    this.#closing.abort();
    this.#held.length = 0;
  }

  /** One that is lost stays in the list: its refreshes count as lost too. */
  #refresh(flow: number, dueMs: number, step: number): boolean {
    const held = this.#held[flow];
    if (held === undefined) return false;
    if (held.isLost) return true;
    held.waiting.push({ dueMs, step });
    held.allocation?.refresh();
    return true;
  }

  #hold(): Promise<Prepared> {
    return new Promise((resolve) => {
      const held: Held = { allocation: null, waiting: [], isLost: false };
      this.#held.push(held);
      const onEvent = (event: AllocationEvent): void => {
        if (event.kind === 'allocated') resolve({ ok: true, software: event.software });
        else if (event.kind === 'transaction') this.#onTransaction(held, event.record);
        else if (event.kind === 'failed') {
          held.isLost = true;
          this.#meter.failed(event.failure.code);
          resolve({ ok: false, failure: event.failure });
        }
      };
      held.allocation = new DrivenAllocation({
        target: this.#preparation,
        giveUpMs: setUpGiveUpMs,
        signal: this.#closing.signal,
        onEvent,
      });
    });
  }

  /** A refresh that was told to come again with a fresh nonce (438) is still the same one. */
  #onTransaction({ waiting }: Held, { purpose, outcome, sentMs }: TransactionRecord): void {
    if (!purpose.startsWith('relay/refresh') || outcome === 'refused') return;
    const at = waiting.findLastIndex(({ dueMs }) => dueMs <= (sentMs[0] ?? 0));
    const [due] = at < 0 ? [] : waiting.splice(at, 1);
    if (due !== undefined && outcome === 'answered') this.#meter.arrivedBack(due.dueMs, due.step);
  }

  async #releaseFrom(index: number): Promise<void> {
    const leaving = this.#held.splice(index);
    for (let at = 0; at < leaving.length; at += atOnce) {
      const some = leaving.slice(at, at + atOnce).flatMap(({ allocation }) => allocation ?? []);
      for (const allocation of some) allocation.release();
      await Promise.all(some.map(({ ended }) => ended));
    }
  }
}
