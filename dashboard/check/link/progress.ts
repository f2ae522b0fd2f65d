import type { VisitProgress } from '../../../contract/links.ts';
import type { CheckEvent } from '../state.ts';

/**
 * What the operator is told of an event of the check; null: nothing. The details stay here until the report is sent.
 *
 * @param visit random name of this check
 */
export function progressOf(event: CheckEvent, visit: string): VisitProgress | null {
  if (event.type !== 'step-started' && event.type !== 'step-ended') return null;
  const { step, atMs } = event;
  return { visit, step, status: event.type === 'step-started' ? 'running' : event.status, atMs };
}
