/** The state of a bus, and who wants to hear of it. */
import type { BusState, Unsubscribe } from './bus.ts';

export class StateListeners {
  readonly #listeners = new Set<(state: BusState) => void>();
  #state: BusState = 'away';

  get state(): BusState {
    return this.#state;
  }

  listen(listener: (state: BusState) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  become(state: BusState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
