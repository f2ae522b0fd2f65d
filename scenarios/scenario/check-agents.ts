/** Can the clients of a scenario do what it asks of them? */
import type { Scenario } from '../../contract/scenario.ts';
import type { AgentKind, ScenarioAgent } from '../../contract/scenario-agent.ts';
import { ScenarioProblem } from './scenario-problem.ts';

interface NamedAgent {
  readonly name: string;
  readonly agent: ScenarioAgent;
}

/** @throws ScenarioProblem naming the first client that cannot */
export function checkAgents({ media, paths, call, timeline }: Scenario, ends: readonly NamedAgent[]): void {
  const first = (kind: AgentKind) => ends.find((end) => isKind(end, kind));
  const own = first('polynya');
  if (media === 'video' && own !== undefined) {
    const why = `${own.name} has Polynya's own client, which sends no picture: name another agent`;
    throw new ScenarioProblem(['media'], why);
  }
  const aiortc = first('aiortc');
  if (aiortc === undefined) return;
  const index = paths.findIndex((path) => path !== 'direct');
  if (index !== -1) {
    // It has no iceTransportPolicy, no ICE-TCP and, here, no part in rooms.
    const why = `${aiortc.name} has aiortc, which cannot be held to this path: only direct`;
    throw new ScenarioProblem(['paths', index], why);
  }
  if (call !== undefined || timeline.length > 0) {
    throw new ScenarioProblem(['call'], `${aiortc.name} has aiortc, whose client here knows no calls`);
  }
}

function isKind({ agent }: NamedAgent, kind: AgentKind): boolean {
  return 'kind' in agent && agent.kind === kind;
}
