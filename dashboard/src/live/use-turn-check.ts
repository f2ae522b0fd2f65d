import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import type { TurnCheckState } from '../../../contract/turn-checks.ts';
import { call } from '../api/call.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useLive } from './live-provider.tsx';
import { newerState } from './newer-state.ts';

export interface TurnCheckView {
  readonly running: boolean;
  /** Of the latest check; null: none since the service started. */
  readonly state: TurnCheckState | null;
  /** Why it could not be started. */
  readonly problem: Error | null;
  readonly start: () => void;
}

/**
 * The TURN check of one server: live over the socket, and a slow poll in case the socket is down.
 *
 * @param known what the service said when the page was loaded
 */
export function useTurnCheck(server: string, known: TurnCheckState | null = null): TurnCheckView {
  const { checks } = useLive();
  const started = useMutation({ mutationFn: () => call('startTurnCheck', { body: { server } }) });
  const told = useSyncExternalStore(
    checks.subscribe,
    useCallback(() => checks.latest(server), [checks, server]),
  );
  const heard = [started.data ?? null, told].reduce(newerState, known);
  const polled = useQuery({
    queryKey: queryKeys.turnCheck(heard?.id ?? ''),
    queryFn: ({ signal }) => call('getTurnCheck', { params: { id: heard?.id ?? '' } }, signal),
    enabled: heard?.state === 'running',
    refetchInterval: 2000,
  });
  const state = newerState(heard, polled.data ?? null);
  return {
    running: started.isPending || state?.state === 'running',
    state,
    problem: started.error,
    start: () => started.mutate(),
  };
}
