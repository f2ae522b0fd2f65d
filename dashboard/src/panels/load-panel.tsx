import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { words } from '../words.ts';
import { ErrorPanel } from './error-panel.tsx';

interface LoadPanelProps<T> {
  readonly query: UseQueryResult<T, Error>;
  /** Rows of the placeholder while nothing is there yet. */
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}

/**
 * The states of an answer. Data that is there stays on screen while it is asked again; if that fails, the error
 * stands above it and says that the data is old. Where there is none, an error stays until there is an answer: live
 * messages ask again and again, and each time a placeholder would take its place.
 */
export function LoadPanel<T>({ query, rows = 4, children }: LoadPanelProps<T>) {
  const [lastProblem, setLastProblem] = useState<Error | null>(null);
  if (query.error !== null && query.error !== lastProblem) setLastProblem(query.error);
  const isAskedAgain = query.data === undefined && query.errorUpdateCount > 0;
  const problem = query.error ?? (isAskedAgain ? lastProblem : null);
  const error =
    problem === null ? null : (
      <ErrorPanel
        error={problem}
        retry={() => void query.refetch()}
        busy={query.isFetching}
        stale={query.data !== undefined}
      />
    );
  if (query.data === undefined) return error ?? <RowsSkeleton rows={rows} />;
  return (
    <Stack gap="md">
      {error}
      {children(query.data)}
    </Stack>
  );
}

function RowsSkeleton({ rows }: { rows: number }) {
  return (
    <div role="status" aria-label={words.state.loading}>
      <Stack gap="sm">
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a placeholder have no other name
          <Skeleton key={row} height={36} radius="sm" />
        ))}
      </Stack>
    </div>
  );
}
