import type { ReactNode } from 'react';
import type { Role } from '../../../contract/access.ts';
import { useMay } from '../api/use-me.ts';

interface MayProps {
  readonly role: Role;
  /** For whoever may not; absent: nothing. */
  readonly otherwise?: ReactNode;
  readonly children: ReactNode;
}

/** Shows what only some may do to those who may. */
export function May({ role, otherwise = null, children }: MayProps) {
  return useMay(role) ? children : otherwise;
}
