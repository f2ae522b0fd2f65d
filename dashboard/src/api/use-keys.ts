/** API keys, and the browsers in which somebody is signed in. */
import { useQuery } from '@tanstack/react-query';
import type { KeyInput } from '../../../contract/access/keys.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

export function useKeys() {
  return useQuery({
    queryKey: queryKeys.keys,
    queryFn: async ({ signal }) => (await call('listKeys', {}, signal)).keys,
  });
}

export function useCreateKey() {
  return useChange((body: KeyInput) => call('createKey', { body }), queryKeys.access);
}

export function useWithdrawKey() {
  return useChange((id: string) => call('withdrawKey', { params: { id } }), queryKeys.access);
}

export function useSessions() {
  return useQuery({
    queryKey: queryKeys.sessions,
    queryFn: async ({ signal }) => (await call('listSessions', {}, signal)).sessions,
  });
}

export function useEndSession() {
  return useChange((id: string) => call('endSession', { params: { id } }), queryKeys.access);
}
