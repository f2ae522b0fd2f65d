import { Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { words } from '../words.ts';
import classes from './page-head.module.css';

interface PageHeadProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHead({ title, hint, actions }: PageHeadProps) {
  useDocumentTitle(words.pageTitle(title));
  return (
    <header className={classes['head']}>
      <div>
        <Title order={1}>{title}</Title>
        {hint !== undefined && <p className={classes['hint']}>{hint}</p>}
      </div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </header>
  );
}
