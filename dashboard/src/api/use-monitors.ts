/** Monitors: what is measured again and again, and what came of it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { MonitorInput } from '../../../contract/fleet/monitor.ts';
import { type HistoryRange, historyQueryOf } from '../monitors/history-view.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

export function useMonitors() {
  return useQuery({
    queryKey: queryKeys.monitorList,
    queryFn: async ({ signal }) => (await call('listMonitors', {}, signal)).monitors,
  });
}

export function useMonitor(id: string) {
  return useQuery({
    queryKey: queryKeys.monitor(id),
    queryFn: ({ signal }) => call('getMonitor', { params: { id } }, signal),
  });
}

export function useMonitorHistory(id: string, range: HistoryRange) {
  return useQuery({
    queryKey: queryKeys.monitorHistory(id, range),
    queryFn: ({ signal }) =>
      call('monitorHistory', { params: { id }, query: historyQueryOf(range, Date.now()) }, signal),
    placeholderData: keepPreviousData,
  });
}

export function useRegionMatrix() {
  return useQuery({
    queryKey: queryKeys.regionMatrix,
    queryFn: ({ signal }) => call('regionMatrix', {}, signal),
  });
}

export interface MonitorSave {
  /** null: a new monitor. */
  readonly id: string | null;
  readonly input: MonitorInput;
}

export function useSaveMonitor() {
  return useChange(
    ({ id, input }: MonitorSave) =>
      id === null
        ? call('createMonitor', { body: input })
        : call('updateMonitor', { params: { id }, body: input }),
    queryKeys.monitors,
  );
}

export function useDeleteMonitor() {
  return useChange((id: string) => call('deleteMonitor', { params: { id } }), queryKeys.monitors);
}
