import type { ReactNode } from 'react';
import type { Role } from '../../../contract/access.ts';
import { useMay } from '../api/use-me.ts';

interface MayProps {
  readonly who: Role;
  /** It is about the whole service, not about what belongs to a project. */
  readonly whole?: boolean;
  /** For whoever may not; absent: nothing. */
  readonly otherwise?: ReactNode;
  readonly children: ReactNode;
}

/** Shows what only some may do to those who may. */
export function May({ who, whole = false, otherwise = null, children }: MayProps) {
  return useMay(who, whole) ? children : otherwise;
}
