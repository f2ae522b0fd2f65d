import { element, icon } from './dom.ts';
import type { StepStatus } from './steps.ts';

/** Icon and word together, so that colour is never the only sign. */
export function mark(status: StepStatus | 'unknown', word: string): HTMLElement {
  return element('span', { class: `mark mark-${status}` }, icon(status), word);
}
