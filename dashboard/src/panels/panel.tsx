import { Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  readonly title: ReactNode;
  /** One sentence under the title: what this is, and why it matters. */
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A titled part of a page. */
export function Panel({ title, hint, actions, id, children }: PanelProps) {
  const titleId = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={titleId}
      id={id}
      withBorder
      className={classes['panel'] ?? ''}
    >
      <header className={classes['head']}>
        <div className={classes['heading']}>
          <Title order={2} id={titleId}>
            {title}
          </Title>
          {hint !== undefined && <p className={classes['hint']}>{hint}</p>}
        </div>
        {actions}
      </header>
      {children}
    </Paper>
  );
}
