/** A scenario in the kernel: namespaces, a server, warm agents, every site checked first, then the cells side by side. */
import type { LabReport } from '../../../contract/lab-report.ts';
import { buildLabReport } from '../../scenario/build-report.ts';
import type { Cell, CompiledScenario, End } from '../../scenario/compile.ts';
import { buildLab, type Lab } from '../lab.ts';
import { requireLab } from '../require-lab.ts';
import type { CallPlan } from './held-call.ts';
import { LabAgent } from './lab-agent.ts';
import { LabEvents } from './lab-events.ts';
import { type LabServer, startLabServer } from './lab-server.ts';
import { RelayMeter } from './relay-meter.ts';
import { cellTrier, recordWrong, runCells } from './run-cells.ts';
import { forEachOf } from './schedule.ts';
import { type Measured, verifySites } from './verify-sites.ts';

export interface LabProgress {
  readonly phase: 'build' | 'agents' | 'verify' | 'cells';
  readonly done: number;
  readonly of: number;
}

export interface ScenarioRunOptions {
  /** Attempts side by side; an agent is in one at a time. Default 8. */
  readonly jobs?: number | undefined;
  /** In place of the scenario's `repeat`. */
  readonly repeat?: number | undefined;
  /** Programs of Polynya itself, with arguments; this floor does not know where they are. */
  readonly ownAgent: readonly string[];
  readonly turnServe: readonly string[];
  /** The client under test where the scenario names one, with its path made absolute. */
  readonly agentCommand?: readonly string[] | undefined;
  readonly prefix?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LabProgress) => void) | undefined;
  /** Cells that came out wrong are tried once more, and their packets recorded there. */
  readonly pcapFolder?: string | undefined;
  /** Called when all is measured and the lab still stands. */
  readonly beforeClose?: ((lab: Lab, report: LabReport) => Promise<void>) | undefined;
}

/** Node processes started at once; each needs a processor for a third of a second. */
const startsAtOnce = 6;
const defaultJobs = 8;

/**
 * @throws SiteMismatch when a NAT is not what the file says
 * @throws Error when the lab, the server or an agent does not come up; nothing is left then
 */
export async function runScenario(
  compiled: CompiledScenario,
  options: ScenarioRunOptions,
): Promise<LabReport> {
  requireLab([
    'ip',
    'nft',
    'sysctl',
    'openssl',
    ...(options.pcapFolder === undefined ? [] : ['tcpdump' as const]),
    ...(compiled.call === null ? [] : ['conntrack' as const]),
    ...(compiled.scenario.server.kind === 'coturn' ? ['turnserver' as const] : []),
  ]);
  const at = new Date();
  const clock = stopwatch();
  const { scenario, sites, cells } = compiled;
  options.onProgress?.({ phase: 'build', done: 0, of: sites.length });
  const lab = await buildLab({
    sites: sites.map(({ spec }) => spec),
    lossRate: scenario.lossRate,
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
  });
  const onAbort = () => void lab.close();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const buildMs = clock();
    const server = await startLabServer(lab, scenario.server, options.turnServe);
    const ends = endsOf(cells);
    const isOwn = options.agentCommand === undefined;
    const start = (wanted: readonly End[], command: readonly string[]) =>
      startAgents(lab, wanted, command, server, options.onProgress);
    const agents = await start(ends, options.agentCommand ?? options.ownAgent);
    clock();
    const askers = isOwn ? agents : await start(firstOfEachSite(ends), options.ownAgent);
    const measured = await verify(compiled, askers, server, options);
    const verifyMs = clock();
    const isRelayed = cells.some(({ path }) => path !== 'direct');
    const meter = isRelayed ? await RelayMeter.start(lab) : null;
    const tryCell = cellTrier(agents, { server, call: callPlan(compiled, lab, server), meter });
    const { jobs = defaultJobs, repeat = scenario.repeat, pcapFolder: folder, signal, onProgress } = options;
    const results = await runCells(compiled, tryCell, {
      // A step of the timeline is done to all that goes on in the lab.
      jobs: compiled.call === null ? jobs : 1,
      repeat,
      signal,
      onDone: (done, of) => onProgress?.({ phase: 'cells', done, of }),
    });
    const cellsMs = clock();
    const notices = lossy(compiled) ? ['Under loss the sites were not classified before the run.'] : [];
    if (folder !== undefined) {
      notices.push(...(await recordWrong(lab, compiled, { results, tryCell, folder })));
    }
    const report = buildLabReport(compiled, {
      at,
      runner: 'kernel',
      whySimulated: null,
      agent: [...agents.values()][0]?.name ?? '',
      server: server.software,
      timing: { buildMs, verifyMs, cellsMs, totalMs: Date.now() - at.getTime() },
      notices,
      cells: results,
      measured,
    });
    await options.beforeClose?.(lab, report);
    return report;
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
    await lab.close();
  }
}

function callPlan({ call, sites }: CompiledScenario, lab: Lab, server: LabServer): CallPlan | null {
  if (call === null) return null;
  const events = new LabEvents(lab, server, sites);
  return {
    compiled: call,
    perform: (step) => events.perform(step),
    restore: () => events.restore(),
  };
}

/** Milliseconds since it was called last. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = Math.round(now - last);
    last = now;
    return passed;
  };
}

function endsOf(cells: readonly Cell[]): End[] {
  return [...new Map(cells.flatMap(({ from, to }) => [from, to]).map((end) => [end.name, end])).values()];
}

function firstOfEachSite(ends: readonly End[]): End[] {
  return [...new Map([...ends].reverse().map((end) => [end.site, end])).values()];
}

async function startAgents(
  lab: Lab,
  ends: readonly End[],
  command: readonly string[],
  { caFile }: LabServer,
  onProgress: ScenarioRunOptions['onProgress'],
): Promise<Map<string, LabAgent>> {
  const agents = new Map<string, LabAgent>();
  await forEachOf(ends, startsAtOnce, async (end) => {
    const namespace = lab.topology.sites[end.site]?.hosts[end.host]?.namespace;
    if (namespace === undefined) throw new Error(`the lab has no host ${end.name}`);
    const env = { POLYNYA_LAB_END: end.name, POLYNYA_LAB_CA: caFile };
    agents.set(end.name, await LabAgent.start(lab, namespace, command, env));
    onProgress?.({ phase: 'agents', done: agents.size, of: ends.length });
  });
  return agents;
}

/** Loss makes a classification slow and uncertain; then it is left out, and the report says so. */
function lossy({ scenario, sites }: CompiledScenario): boolean {
  return scenario.lossRate > 0 || sites.some(({ spec }) => (spec.loss?.up ?? 0) + (spec.loss?.down ?? 0) > 0);
}

async function verify(
  compiled: CompiledScenario,
  agents: ReadonlyMap<string, LabAgent>,
  server: LabServer,
  { onProgress }: ScenarioRunOptions,
): Promise<Map<string, Measured>> {
  if (lossy(compiled)) return new Map();
  const bySite = new Map<number, LabAgent>();
  for (const { name, site } of compiled.ends) {
    const agent = agents.get(name);
    if (agent !== undefined && !bySite.has(site)) bySite.set(site, agent);
  }
  onProgress?.({ phase: 'verify', done: 0, of: bySite.size });
  return verifySites(compiled.sites, bySite, server.stun);
}
