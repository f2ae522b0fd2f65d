/** From results to a state that does not flap. Pure. */
import type { MonitorInput, MonitorState } from '../../../contract/fleet/monitor.ts';

/** good · slow: a success that falls short of what is expected · bad: a failure. */
export type Outcome = 'good' | 'slow' | 'bad';

export interface CellMemory {
  readonly state: MonitorState;
  /** The newest outcomes, oldest first, by their first letters. */
  readonly recent: string;
}

export type CellInput =
  | { readonly kind: 'result'; readonly outcome: Outcome }
  /** No result has come for so long that the state says nothing any more. */
  | { readonly kind: 'stale' };

/**
 * A state changes when `bad` of the last `of` results say so. What was unknown is up with the first success, as nobody is
 * woken by that.
 */
export function nextState(
  memory: CellMemory,
  input: CellInput,
  { bad, of }: MonitorInput['damping'],
): CellMemory {
  if (input.kind === 'stale') return { state: 'unknown', recent: '' };
  const recent = `${memory.recent}${input.outcome.charAt(0)}`.slice(-of);
  const count = (letters: string) => [...recent].filter((letter) => letters.includes(letter)).length;
  if (count('b') >= bad) return { state: 'down', recent };
  if (count('bs') >= bad) return { state: 'degraded', recent };
  const goodEnough = memory.state === 'unknown' ? 1 : bad;
  if (count('g') >= goodEnough) return { state: 'up', recent };
  return { state: memory.state, recent };
}

const ranks: Readonly<Record<MonitorState, number>> = { down: 3, degraded: 2, unknown: 1, up: 0 };

/** Of several; without any: unknown. */
export function worstState(states: readonly MonitorState[]): MonitorState {
  return (
    states.reduce<MonitorState | null>(
      (worst, state) => (worst === null || ranks[state] > ranks[worst] ? state : worst),
      null,
    ) ?? 'unknown'
  );
}
