import type { ReactNode } from 'react';
import classes from './tone.module.css';
import { type Tone, toneIcons } from './tone.ts';

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly role?: 'alert' | 'status' | 'note';
  readonly children?: ReactNode;
}

/** A boxed message: icon, title, text. */
export function Notice({ tone, title, role, children }: NoticeProps) {
  const Icon = toneIcons[tone];
  return (
    <div className={classes['notice']} data-tone={tone} role={role}>
      <Icon size={20} aria-hidden className={classes['noticeIcon']} />
      <div className={classes['noticeText']}>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}
