/** How many channels a step takes of each allocation. */
import type { StepOrder } from './orders.ts';

/** RFC 8656 s12: 0x4000 to 0x4FFF; a number is for one peer as long as its allocation lives. */
export const channelsOfAllocation = 0x1000;

/** Arrivals at random may be more than their mean. */
const reserve = 1.1;

export function channelsOfStep(
  { offered, discardSec, seconds }: Pick<StepOrder, 'offered' | 'discardSec' | 'seconds'>,
  allocations: number,
): number {
  return Math.ceil((reserve * offered * (discardSec + seconds)) / allocations) + 1;
}
