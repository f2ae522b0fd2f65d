/** Checks of visitors by links, as this page heard of them. */
import type { VisitStep } from '../../../contract/links.ts';
import type { LiveMessage } from '../../../contract/signal.ts';

export interface VisitNow {
  readonly visit: string;
  readonly link: string;
  /** The latest state of each step, in the order in which they began. */
  readonly steps: readonly VisitStep[];
  /** The stored report; null: not there yet. */
  readonly run: string | null;
}

/** Older ones are forgotten. */
const remembered = 10;

export class VisitBoard {
  #visits: readonly VisitNow[] = [];
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Newest first. */
  readonly visits = (): readonly VisitNow[] => this.#visits;

  take(message: LiveMessage): void {
    if (message.type === 'visit-progress') this.#progress(message);
    else if (message.type === 'visit-ended') this.#end(message.visit, message.run);
    else return;
    for (const listener of this.#listeners) listener();
  }

  #progress({ visit, link, step }: Extract<LiveMessage, { type: 'visit-progress' }>): void {
    const known = this.#visits.find((each) => each.visit === visit);
    const steps = known?.steps ?? [];
    const at = steps.findIndex((each) => each.step === step.step);
    const next = {
      visit,
      link,
      run: known?.run ?? null,
      steps: at < 0 ? [...steps, step] : steps.with(at, step),
    };
    this.#visits =
      known === undefined
        ? [next, ...this.#visits].slice(0, remembered)
        : this.#visits.map((each) => (each === known ? next : each));
  }

  #end(visit: string, run: string): void {
    this.#visits = this.#visits.map((each) => (each.visit === visit ? { ...each, run } : each));
  }
}
