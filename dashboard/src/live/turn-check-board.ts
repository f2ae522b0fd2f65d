/** The latest state of each server’s TURN check that this page heard of. */
import type { LiveMessage } from '../../../contract/signal.ts';
import type { TurnCheckState } from '../../../contract/turn-checks.ts';

export class TurnCheckBoard {
  readonly #states = new Map<string, TurnCheckState>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  latest(server: string): TurnCheckState | null {
    return this.#states.get(server) ?? null;
  }

  take(message: LiveMessage): void {
    if (message.type !== 'turn-check') return;
    this.#states.set(message.check.server, message.check);
    for (const listener of this.#listeners) listener();
  }
}
