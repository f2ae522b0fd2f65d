import type { ReactNode } from 'react';
import classes from './parts.module.css';

/** Several parts of one panel, one below the other, each with a heading of the third level. */
export function Parts({ children }: { children: ReactNode }) {
  return <div className={classes['parts']}>{children}</div>;
}
