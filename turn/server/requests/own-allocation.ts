import type { Allocation } from '../allocation.ts';
import { type Answer, refuse } from '../answer.ts';
import type { Call } from '../desk.ts';

/** RFC 8656 s5: the five-tuple must hold an allocation (437), and the one who made it must be asking (441). */
export function ownAllocation(call: Call): Allocation | Answer {
  const { allocation, account } = call;
  if (allocation === null || !allocation.isOpen) return refuse(437);
  return allocation.account.username === account.username ? allocation : refuse(441);
}

export function isAnswer(value: Allocation | Answer): value is Answer {
  return 'class' in value;
}
