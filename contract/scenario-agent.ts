/** The `agent` of a scenario: which client stands on a host. */
import { z } from 'zod';

/**
 * Clients that come along. polynya: node-datachannel, with Polynya's own TURN client for relayed paths · chromium,
 * firefox: the browsers, headless · aiortc: the Python library.
 */
export const agentKinds = ['polynya', 'chromium', 'firefox', 'aiortc'] as const;
export type AgentKind = (typeof agentKinds)[number];

export const agentSchema = z.union(
  [
    z.strictObject({ kind: z.enum(agentKinds) }),
    z.strictObject({
      /** Program and arguments; it speaks JSON lines (docs/lab-agents.md). Relative paths: from the scenario's folder. */
      command: z.array(z.string().min(1)).min(1).max(50),
    }),
  ],
  { error: `needs kind (${agentKinds.join(', ')}) or command` },
);
export type ScenarioAgent = z.infer<typeof agentSchema>;
