/** Allocations that are kept, and how they come and go. */
import { setMaxListeners } from 'node:events';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { TargetOrder } from '../orders.ts';
import { countFailure } from './count-failure.ts';
import { DrivenAllocation } from './driven-allocation.ts';
import { giveBack } from './give-back.ts';
import { type Prepared, setUpGiveUpMs } from './load-task.ts';
import type { StepMeter } from './step-meter.ts';

/** So many are asked for, or given back, at once. */
const atOnce = 16;

export interface PopulationOptions {
  readonly target: TargetOrder;
  readonly meter: StepMeter;
  readonly onEvent?: (member: Member, event: AllocationEvent) => void;
}

export interface Member {
  readonly allocation: DrivenAllocation;
  /** It has been there. */
  isAllocated: boolean;
  /** It did not come about, or is lost. */
  failure: AllocationFailure | null;
}

export class Population {
  readonly #options: PopulationOptions;
  readonly #closing = new AbortController();
  readonly #stopping = new AbortController();
  #members: Member[] = [];
  /** What is being allocated, or given back, at the moment. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: PopulationOptions) {
    this.#options = options;
    // Every allocation listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Aborts when it ends. */
  get ending(): AbortSignal {
    return this.#stopping.signal;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** One more. Resolves when it is there, or is not. @param giveUpMs for any answer that it waits for */
  join(giveUpMs = setUpGiveUpMs): Promise<Prepared & { readonly member: Member }> {
    const { target, meter, onEvent } = this.#options;
    const joining = new Promise<Prepared & { readonly member: Member }>((resolve) => {
      const onMemberEvent = (event: AllocationEvent): void => {
        onEvent?.(member, event);
        if (event.kind === 'allocated') {
          member.isAllocated = true;
          resolve({ ok: true, software: event.software, member });
        } else if (event.kind === 'failed') {
          member.failure = event.failure;
          countFailure(meter, event.failure.code);
          resolve({ ok: false, failure: event.failure, member });
        }
      };
      const member: Member = {
        allocation: new DrivenAllocation({
          target,
          giveUpMs,
          signal: this.#closing.signal,
          onEvent: onMemberEvent,
        }),
        isAllocated: false,
        failure: null,
      };
      this.#members.push(member);
      member.allocation.start();
    });
    return this.#track(joining);
  }

  /** Gives one back. @param place from 0 to below 1, in the list of those who are there; where nobody is, nothing happens */
  leave(place: number): void {
    const there = this.#members.filter(({ isAllocated, failure }) => isAllocated && failure === null);
    const leaving = there[Math.floor(place * there.length)];
    if (leaving === undefined) return;
    this.forget(leaving);
    void this.#release([leaving]);
  }

  /** One that is lost holds nothing. */
  forget(member: Member): void {
    this.#members = this.#members.filter((other) => other !== member);
  }

  /** The first `size` of them, to see that it works at all. */
  async settle(size: number): Promise<Prepared> {
    const first = await this.join();
    if (!first.ok) return first;
    await this.resize(size);
    const failure = this.#members.find((member) => member.failure !== null)?.failure ?? null;
    return failure === null ? first : { ok: false, failure };
  }

  /** In place of those who are lost others are asked for once more. */
  async resize(wanted: number): Promise<void> {
    this.#members = this.#members.filter(({ failure }) => failure === null);
    while (this.#members.length < wanted && !this.ending.aborted) {
      const missing = Math.min(atOnce, wanted - this.#members.length);
      await Promise.all(Array.from({ length: missing }, () => this.join()));
    }
    // A later ladder begins lower again.
    await this.#releaseFrom(wanted);
  }

  /** Gives all back. */
  async finish(): Promise<void> {
    this.#stopping.abort();
    await giveBack(this.#releaseAll());
    this.close();
  }

  /** What is being allocated at the moment is waited for: it could not be given back later. */
  async #releaseAll(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#releaseFrom(0);
  }

  close(): void {
    this.#stopping.abort();
    this.#closing.abort();
    this.#members = [];
  }

  async #releaseFrom(index: number): Promise<void> {
    const leaving = this.#members.splice(index);
    for (let at = 0; at < leaving.length; at += atOnce) await this.#release(leaving.slice(at, at + atOnce));
  }

  #release(leaving: readonly Member[]): Promise<unknown> {
    for (const { allocation } of leaving) allocation.release();
    return this.#track(Promise.all(leaving.map(({ allocation }) => allocation.ended)));
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    this.#underWay.add(promise);
    void promise.finally(() => this.#underWay.delete(promise));
    return promise;
  }
}
