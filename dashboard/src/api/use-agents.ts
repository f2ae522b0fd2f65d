/** Agents and the invitations by which they enrol. */
import { useQuery } from '@tanstack/react-query';
import type { AgentTokenInput } from '../../../contract/fleet/agent.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';
import { useMay } from './use-me.ts';

/** They are about the whole service: nothing for whoever sees some of its projects. */
export function useAgents() {
  return useQuery({
    queryKey: queryKeys.agents,
    queryFn: ({ signal }) => call('listAgents', {}, signal),
    enabled: useMay('viewer', true),
  });
}

export function useInviteAgent() {
  return useChange((body: AgentTokenInput) => call('createAgentToken', { body }), queryKeys.agents);
}

export function useWithdrawInvitation() {
  return useChange((id: string) => call('deleteAgentToken', { params: { id } }), queryKeys.agents);
}

export function useRevokeAgent() {
  return useChange((id: string) => call('revokeAgent', { params: { id } }), queryKeys.agents);
}
