/** When an application makes a new offer during a call. Time comes in as an argument. */
import type { LabLinkState } from '../../contract/lab-agent.ts';
import type { LabCall } from '../../contract/lab-call.ts';

/** A new offer has had its chance by then; the next one may find what this one did not. */
const patienceMs = 5_000;

interface Trouble {
  lost: boolean;
  silent: boolean;
}

export class RestartPolicy {
  readonly #when: LabCall['restart'];
  /** Of the offering end, and of the other. */
  readonly #ends: readonly [Trouble, Trouble] = [
    { lost: false, silent: false },
    { lost: false, silent: false },
  ];
  #notBeforeMs = 0;

  constructor(when: LabCall['restart']) {
    this.#when = when;
  }

  note(end: 0 | 1, state: LabLinkState): void {
    const trouble = this.#ends[end];
    if (state === 'silent' || state === 'talking') trouble.silent = state === 'silent';
    // Messages tell more than ICE: where they come, nothing is lost.
    if (state !== 'silent') trouble.lost = state === 'disconnected' || state === 'failed';
  }

  /** Is a new offer due? Then it counts as made. */
  take(nowMs: number): boolean {
    if (!this.#isTroubled() || nowMs < this.#notBeforeMs) return false;
    this.#notBeforeMs = nowMs + patienceMs;
    return true;
  }

  /** When to ask again; null: not before the next news. */
  nextDeadlineMs(): number | null {
    return this.#isTroubled() ? this.#notBeforeMs : null;
  }

  #isTroubled(): boolean {
    if (this.#when === 'never') return false;
    return this.#ends.some(({ lost, silent }) => lost || (silent && this.#when === 'on-silence'));
  }
}
