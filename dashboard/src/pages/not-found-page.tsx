import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from 'wouter';
import { EmptyState } from '../panels/empty-state.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { words } from '../words.ts';

export function NotFoundPage() {
  return (
    <>
      <PageHead title={words.notFound.title} />
      <EmptyState
        icon={IconMapQuestion}
        title={words.notFound.short}
        text={words.notFound.text}
        action={
          <Button component={Link} href="/">
            {words.notFound.home}
          </Button>
        }
      />
    </>
  );
}
