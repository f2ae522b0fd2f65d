import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './row-link.module.css';

/** The link of a table’s row (`DataTable` with `linked`): it covers the row, and takes one place in the tab order. */
export function RowLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className={classes['link']}>
      {children}
    </Link>
  );
}
