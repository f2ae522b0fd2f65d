import type { ReactNode } from 'react';
import type { Role } from '../../../contract/access.ts';
import { useMay } from '../api/use-me.ts';

interface MayProps {
  readonly who: Role;
  /** For whoever may not; absent: nothing. */
  readonly otherwise?: ReactNode;
  readonly children: ReactNode;
}

/** Shows what only some may do to those who may. */
export function May({ who, otherwise = null, children }: MayProps) {
  return useMay(who) ? children : otherwise;
}
