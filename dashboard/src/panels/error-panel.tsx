import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { ApiProblem } from '../api/api-problem.ts';
import { words } from '../words.ts';
import { Notice } from './notice.tsx';

interface ErrorPanelProps {
  readonly error: Error;
  readonly retry: () => void;
  readonly busy?: boolean;
  /** Old data is still shown below. */
  readonly stale?: boolean;
}

/** What failed, what to do next, and a button that tries again. */
export function ErrorPanel({ error, retry, busy = false, stale = false }: ErrorPanelProps) {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <Notice tone="bad" role="alert" title={stale ? words.errors.staleTitle : words.errors.title}>
      <p>
        {error.message} {problem?.failure?.next}
      </p>
      {problem !== null && problem.requestId !== null && <p>{words.errors.requestId(problem.requestId)}</p>}
      <Button
        size="xs"
        variant="default"
        onClick={retry}
        loading={busy}
        leftSection={<IconRefresh size={14} aria-hidden />}
      >
        {words.errors.retry}
      </Button>
    </Notice>
  );
}
