import type { AgentView } from '../../../contract/fleet/agent.ts';
import { useAgents } from '../api/use-agents.ts';

/** Regions with an agent that may still connect, in order; empty while they are not known. */
export function useAgentRegions(): readonly string[] {
  return regionsOf(useAgents().data?.agents ?? []);
}

export function regionsOf(agents: readonly AgentView[]): string[] {
  const there = agents.filter(({ state }) => state !== 'revoked');
  return [...new Set(there.map(({ region }) => region))].toSorted();
}
