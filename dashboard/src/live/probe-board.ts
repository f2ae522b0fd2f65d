/** Progress of the probes that this page heard of. Messages may come before the reply that names the probe. */
import type { LiveMessage, ProbeStep } from '../../../contract/signal.ts';

export interface ProbeProgress {
  readonly steps: readonly ProbeStep[];
  readonly ended: { readonly run: string | null; readonly error: string | null } | null;
}

export const noProgress: ProbeProgress = { steps: [], ended: null };
/** Older ones are forgotten. */
const remembered = 20;

export class ProbeBoard {
  readonly #probes = new Map<string, ProbeProgress>();
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  progress(probe: string | null): ProbeProgress {
    return (probe === null ? undefined : this.#probes.get(probe)) ?? noProgress;
  }

  take(message: LiveMessage): void {
    if (message.type !== 'probe-progress' && message.type !== 'probe-ended') return;
    const known = this.progress(message.probe);
    this.#probes.set(
      message.probe,
      message.type === 'probe-progress'
        ? { ...known, steps: [...known.steps, message.step] }
        : { ...known, ended: { run: message.run, error: message.error } },
    );
    for (const old of this.#probes.keys()) {
      if (this.#probes.size <= remembered) break;
      this.#probes.delete(old);
    }
    for (const listener of this.#listeners) listener();
  }
}
