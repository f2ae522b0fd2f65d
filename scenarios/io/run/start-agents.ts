/** The clients of a run, one for each end, and who classifies each site's way out. */
import type { ScenarioAgent } from '../../../contract/scenario-agent.ts';
import { needsNames } from '../../scenario/agent-traits.ts';
import type { End } from '../../scenario/compile.ts';
import type { Lab } from '../lab.ts';
import { withNames } from '../with-names.ts';
import { LabAgent } from './lab-agent.ts';
import type { LabServer } from './lab-server.ts';
import type { SiteEnvironment } from './router-programs.ts';
import type { LabPrograms, LabProgress } from './run-means.ts';
import { forEachOf } from './schedule.ts';

/** Processes started at once; one of Node needs a processor for a third of a second. */
const startsAtOnce = 6;
const ownAgent: ScenarioAgent = { kind: 'polynya' };

export interface StartOptions {
  readonly programs: LabPrograms;
  readonly server: LabServer;
  readonly environment: SiteEnvironment;
  readonly onProgress: ((progress: LabProgress) => void) | undefined;
}

export interface StartedAgents {
  /** By the name of their end. */
  readonly agents: ReadonlyMap<string, LabAgent>;
  /** By the index of their site; only Polynya's own client can classify. */
  readonly askers: ReadonlyMap<number, LabAgent>;
}

export async function startAgents(
  lab: Lab,
  ends: readonly End[],
  { programs, server, environment, onProgress }: StartOptions,
): Promise<StartedAgents> {
  const agents = new Map<string, LabAgent>();
  const askers = new Map<number, LabAgent>();
  const sites = new Set(ends.map(({ site }) => site));
  const own = ends.filter(isOwn);
  const lacking = [...sites].filter((site) => !own.some((end) => end.site === site));
  const extra = lacking.flatMap((site) => ends.find((end) => end.site === site) ?? []);
  const of = ends.length + extra.length;
  const start = async (end: End, agent: ScenarioAgent): Promise<LabAgent> => {
    const namespace = lab.topology.sites[end.site]?.hosts[end.host]?.namespace;
    if (namespace === undefined) throw new Error(`the lab has no host ${end.name}`);
    const client = programs.client(agent);
    const command = needsNames(agent) ? withNames(lab, server.hosts(end.site), client) : client;
    return LabAgent.start(lab, namespace, command, {
      ...environment.get(end.site),
      POLYNYA_LAB_END: end.name,
      POLYNYA_LAB_CA: server.caFile,
      POLYNYA_LAB_FOLDER: lab.folder('client'),
    });
  };
  let done = 0;
  const work = [
    ...ends.map((end) => ({ end, agent: end.agent, isUnderTest: true })),
    ...extra.map((end) => ({ end, agent: ownAgent, isUnderTest: false })),
  ];
  await forEachOf(work, startsAtOnce, async ({ end, agent, isUnderTest }) => {
    const started = await start(end, agent);
    if (isUnderTest) agents.set(end.name, started);
    if (!isUnderTest || (isOwn(end) && !askers.has(end.site))) askers.set(end.site, started);
    done += 1;
    onProgress?.({ phase: 'agents', done, of });
  });
  return { agents, askers };
}

function isOwn({ agent }: End): boolean {
  return 'kind' in agent && agent.kind === 'polynya';
}
