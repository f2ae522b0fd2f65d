import type { TurnCheckState } from '../../../contract/turn-checks.ts';

/** The one of two states that tells more: of the later check, and further on in it. */
export function newerState(a: TurnCheckState | null, b: TurnCheckState | null): TurnCheckState | null {
  if (a === null || b === null) return a ?? b;
  if (a.id !== b.id) return a.startedAt >= b.startedAt ? a : b;
  if (a.state !== 'running' || b.state !== 'running') return a.state === 'running' ? b : a;
  return b.urisDone > a.urisDone || (b.urisDone === a.urisDone && b.checksDone > a.checksDone) ? b : a;
}
