import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from 'wouter';
import classes from './back-link.module.css';

/** From one of many to all of them. */
export function BackLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className={classes['back']}>
      <IconArrowLeft size={16} aria-hidden />
      {children}
    </Link>
  );
}
