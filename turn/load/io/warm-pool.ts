/** Clients that know realm and nonce already and wait for the order to allocate: an allocation is then one round trip. */
import type { FailureCode } from '../../../contract/failures.ts';
import type { AllocationEvent } from '../../client/allocation-event.ts';
import type { TargetOrder } from '../orders.ts';
import { DrivenAllocation } from './driven-allocation.ts';

/** So many are opened at once. */
const atOnce = 16;

export interface WarmOptions {
  readonly target: TargetOrder;
  readonly giveUpMs: number;
  /** Drops everything at once. */
  readonly signal: AbortSignal;
  /** One was lost before it had its order. */
  readonly onFailed: (code: FailureCode) => void;
}

interface Warm {
  readonly allocation: DrivenAllocation;
  readonly closing: AbortController;
  /** Null: it has no order. */
  onEvent: ((event: AllocationEvent) => void) | null;
}

export class WarmPool {
  readonly #options: WarmOptions;
  readonly #opening = new Set<Warm>();
  readonly #ready = new Set<Warm>();

  constructor(options: WarmOptions) {
    this.#options = options;
  }

  /** Until so many are ready, or some could not be. */
  async fill(size: number): Promise<void> {
    for (let goOn = true; goOn && this.#ready.size < size && !this.#options.signal.aborted; ) {
      const missing = Math.min(atOnce, size - this.#ready.size);
      const opened = await Promise.all(Array.from({ length: missing }, () => this.#open()));
      goOn = opened.every(Boolean);
    }
  }

  /**
   * Gives the order, and opens another in its place. Null: none is ready, because the server has not answered those that
   * are to be.
   *
   * @returns resolves when its socket is closed
   */
  allocate(onEvent: (event: AllocationEvent) => void): Promise<void> | null {
    void this.#open();
    const [warm] = this.#ready;
    if (warm === undefined) return null;
    this.#ready.delete(warm);
    warm.onEvent = onEvent;
    warm.allocation.command((client, nowMs) => client.allocate(nowMs));
    return warm.allocation.ended;
  }

  /** Those without an order hold nothing at the server. */
  close(): void {
    for (const { closing } of [...this.#opening, ...this.#ready]) closing.abort();
    this.#opening.clear();
    this.#ready.clear();
  }

  /** Resolves to whether it became ready. */
  #open(): Promise<boolean> {
    const { target, giveUpMs, signal, onFailed } = this.#options;
    const closing = new AbortController();
    return new Promise((resolve) => {
      const onEvent = (event: AllocationEvent): void => {
        if (event.kind === 'ready' && this.#opening.delete(warm)) {
          this.#ready.add(warm);
          resolve(true);
        }
        warm.onEvent?.(event);
        if (event.kind !== 'failed' || warm.onEvent !== null) return;
        this.#opening.delete(warm);
        this.#ready.delete(warm);
        onFailed(event.failure.code);
        resolve(false);
      };
      const warm: Warm = {
        allocation: new DrivenAllocation({
          target,
          giveUpMs,
          signal: AbortSignal.any([signal, closing.signal]),
          wishes: { releaseAfterAllocate: true, waitsForOrder: true },
          onEvent,
        }),
        closing,
        onEvent: null,
      };
      this.#opening.add(warm);
      warm.allocation.start();
    });
  }
}
