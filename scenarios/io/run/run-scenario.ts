/** A scenario in the kernel: namespaces, a server, warm agents, every site checked first, then the cells side by side. */
import type { LabReport } from '../../../contract/lab-report.ts';
import type { Scenario } from '../../../contract/scenario.ts';
import type { AgentKind } from '../../../contract/scenario-agent.ts';
import { serverFamilyFor } from '../../plan/ipv6.ts';
import { buildLabReport } from '../../scenario/build-report.ts';
import type { Cell, CompiledScenario, End } from '../../scenario/compile.ts';
import { proxyNotices } from '../../scenario/proxy-notices.ts';
import { pathOf } from '../../scenario/simulate.ts';
import { buildLab, type Lab } from '../lab.ts';
import { type LabProgram, requireLab } from '../require-lab.ts';
import type { CallPlan } from './held-call.ts';
import type { LabAgent } from './lab-agent.ts';
import { LabEvents } from './lab-events.ts';
import { type LabServer, startLabServer } from './lab-server.ts';
import type { Recording } from './record-attempt.ts';
import { RelayMeter } from './relay-meter.ts';
import { programsOf, startRouterPrograms } from './router-programs.ts';
import { cellTrier, recordWrong, runCells } from './run-cells.ts';
import type { LabPrograms, LabProgress } from './run-means.ts';
import { startAgents } from './start-agents.ts';
import { startSfu } from './start-sfu.ts';
import { type Measured, verifySites } from './verify-sites.ts';

export interface ScenarioRunOptions {
  /** Attempts side by side; an agent is in one at a time. Default 8. */
  readonly jobs?: number | undefined;
  /** In place of the scenario's `repeat`. */
  readonly repeat?: number | undefined;
  /** Programs with their arguments; this floor does not know where they are. */
  readonly programs: LabPrograms;
  readonly prefix?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LabProgress) => void) | undefined;
  /** Cells that came out wrong are tried once more, and their packets recorded there. */
  readonly recording?: Recording | undefined;
  /** Called when all is measured and the lab still stands. */
  readonly beforeClose?: ((lab: Lab, report: LabReport) => Promise<void>) | undefined;
}

const defaultJobs = 8;
/** Most of it is waiting, where filters let nothing in. */
const classifyMs = 30_000;
const serverPrograms: Readonly<Record<Scenario['server']['kind'], readonly LabProgram[]>> = {
  coturn: ['turnserver'],
  ejabberd: ['ejabberdctl'],
  polynya: [],
};
const needs: Readonly<Record<AgentKind, readonly LabProgram[]>> = {
  polynya: [],
  chromium: ['chromium'],
  firefox: ['firefox-esr', 'certutil'],
  // It says itself what Python lacks.
  aiortc: [],
};

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
    ...(options.recording === undefined ? [] : ['tcpdump' as const]),
    ...(compiled.call === null ? [] : ['conntrack' as const]),
    ...programsOf(compiled),
    ...serverPrograms[compiled.scenario.server.kind],
    ...(compiled.scenario.sfu.kind === 'janus' ? ['janus' as const] : []),
    ...compiled.ends.flatMap(({ agent }) => ('kind' in agent ? needs[agent.kind] : [])),
  ]);
  const at = new Date();
  const clock = stopwatch();
  const { scenario, sites, cells } = compiled;
  options.onProgress?.({ phase: 'build', done: 0, of: sites.length });
  const lab = await buildLab({
    sites: sites.map(({ spec }) => spec),
    lossRate: scenario.lossRate,
    serverIpv6: scenario.server.ipv6,
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
  });
  const onAbort = () => void lab.close();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const buildMs = clock();
    const { programs } = options;
    const environment = await startRouterPrograms(lab, compiled);
    const server = await startLabServer(lab, scenario.server, {
      named: compiled.named,
      sites: sites.map(({ spec }) => spec),
      turnServe: programs.turnServe,
    });
    const ends = endsOf(cells);
    const { agents, askers } = await startAgents(lab, ends, {
      programs,
      server,
      environment,
      onProgress: options.onProgress,
    });
    const sfu = scenario.paths.includes('sfu')
      ? await startSfu(lab, { kind: scenario.sfu.kind, programs, agents: [...agents.values()] })
      : null;
    clock();
    const measured = await verify(compiled, askers, server, options);
    const verifyMs = clock();
    const isRelayed = cells.some(({ path }) => pathOf[path] === 'relay');
    const meter = isRelayed ? await RelayMeter.start(lab) : null;
    const call = callPlan(compiled, lab, server);
    const tryCell = cellTrier(agents, { server, sfu, meter, call, media: scenario.media });
    const { jobs = defaultJobs, repeat = scenario.repeat, recording, signal, onProgress } = options;
    const results = await runCells(compiled, tryCell, {
      // A step of the timeline is done to all that goes on in the lab.
      jobs: compiled.call === null ? jobs : 1,
      repeat,
      signal,
      onDone: (done, of) => onProgress?.({ phase: 'cells', done, of }),
    });
    const cellsMs = clock();
    const notices = [
      ...lab.notices,
      ...(sites.some(({ spec }) => serverFamilyFor(spec, scenario.server.ipv6) === 'nat64')
        ? ['Behind a NAT64 the mapping was classified before the run, and the filtering cannot be.']
        : []),
      ...proxyNotices(compiled),
      ...(lossy(compiled) ? ['Under loss the sites were not classified before the run.'] : []),
    ];
    const recorded =
      recording === undefined ? null : await recordWrong(lab, compiled, { results, tryCell, recording });
    const report = buildLabReport(compiled, {
      at,
      runner: 'kernel',
      whySimulated: null,
      agent: [...new Set([...agents.values()].map(({ name }) => name))].join(', ').slice(0, 200),
      server: [server.software, ...(sfu === null ? [] : [sfu.name])].join(', '),
      timing: { buildMs, verifyMs, cellsMs, totalMs: Date.now() - at.getTime() },
      notices: [...notices, ...(recorded?.notices ?? [])],
      cells: recorded?.cells ?? results,
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

/** Loss makes a classification slow and uncertain; then it is left out, and the report says so. */
function lossy({ scenario, sites }: CompiledScenario): boolean {
  return scenario.lossRate > 0 || sites.some(({ spec }) => (spec.loss?.up ?? 0) + (spec.loss?.down ?? 0) > 0);
}

async function verify(
  compiled: CompiledScenario,
  askers: ReadonlyMap<number, LabAgent>,
  server: LabServer,
  { onProgress }: ScenarioRunOptions,
): Promise<Map<string, Measured>> {
  if (lossy(compiled)) return new Map();
  onProgress?.({ phase: 'verify', done: 0, of: askers.size });
  return verifySites(compiled.sites, {
    asked: [...askers.keys()],
    ask: async (site, run) => {
      const order = { order: 'classify', run, stun: server.classifiers(site) } as const;
      return (await askers.get(site)?.ask(order, 'classified', classifyMs)) ?? null;
    },
    serverIpv6: compiled.scenario.server.ipv6,
  });
}
