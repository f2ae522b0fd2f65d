import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import type { ProbeRequest } from '../../../contract/api.ts';
import type { ProbeStep } from '../../../contract/signal.ts';
import { call } from '../api/call.ts';
import { queryKeys } from '../api/query-keys.ts';
import { useLive } from './live-provider.tsx';

export interface ProbeView {
  readonly state: 'idle' | 'running' | 'done' | 'failed';
  readonly steps: readonly ProbeStep[];
  readonly run: string | null;
  readonly error: string | null;
  readonly start: (wanted?: ProbeRequest) => void;
}

/** A probe from the service’s host: live steps over the socket, and a slow poll in case the socket is down. */
export function useProbe(): ProbeView {
  const { board } = useLive();
  const started = useMutation({
    mutationFn: (wanted: ProbeRequest) => call('startProbe', { body: wanted }),
  });
  const id = started.data?.id ?? null;
  const progress = useSyncExternalStore(
    board.subscribe,
    useCallback(() => board.progress(id), [board, id]),
  );
  const polled = useQuery({
    queryKey: queryKeys.probe(id ?? ''),
    queryFn: ({ signal }) => call('getProbe', { params: { id: id ?? '' } }, signal),
    enabled: id !== null && progress.ended === null,
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 2000 : false),
    initialData: started.data,
  });

  const base = { steps: progress.steps, start: (wanted: ProbeRequest = {}) => started.mutate(wanted) };
  if (started.isPending) return { ...base, state: 'running', steps: [], run: null, error: null };
  if (started.isError) return { ...base, state: 'failed', run: null, error: started.error.message };
  if (id === null) return { ...base, state: 'idle', run: null, error: null };
  const ended = progress.ended ?? endOf(polled.data);
  if (ended === null) return { ...base, state: 'running', run: null, error: null };
  return { ...base, ...ended, state: ended.run === null ? 'failed' : 'done' };
}

function endOf(probe: { state: string; run: string | null; error: string | null } | undefined) {
  return probe === undefined || probe.state === 'running' ? null : { run: probe.run, error: probe.error };
}
