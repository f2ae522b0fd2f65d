/** What clients can do, and others cannot, where it decides whether an attempt succeeds. */
import type { ScenarioAgent } from '../../contract/scenario-agent.ts';

/**
 * Does it ask an HTTP proxy (CONNECT, RFC 9110 §9.3.6) for its connections to TURN servers over TCP and TLS? Browsers do,
 * neither libdatachannel nor aioice. Of a client that is not ours the best is expected.
 */
export function usesProxy(agent: ScenarioAgent): boolean {
  return 'command' in agent || agent.kind === 'chromium' || agent.kind === 'firefox';
}

/** Does it open TLS only to servers that it knows the name of? */
export function needsNames(agent: ScenarioAgent): boolean {
  return 'kind' in agent && agent.kind === 'firefox';
}
