/** `call` and `timeline` of a scenario → times in milliseconds, and only steps that the sites can take. */
import type { LabCall } from '../../contract/lab-call.ts';
import type { Scenario } from '../../contract/scenario.ts';
import type { TimelineStep } from '../../contract/scenario-call.ts';
import type { SiteSpec } from '../plan/topology.ts';
import { msOf } from './duration.ts';
import { ScenarioProblem } from './scenario-problem.ts';

export interface CallStep {
  readonly atMs: number;
  readonly step: TimelineStep;
  /** Index of the site it is done to, and of the one that its hosts move to. */
  readonly site: number | null;
  readonly to: number | null;
  readonly recoverWithin: number | 'never' | null;
}

export interface CompiledCall extends Pick<LabCall, 'messagesPerSec' | 'restart'> {
  readonly lastsMs: number;
  readonly steps: readonly CallStep[];
}

/** What a step has to know of a site. */
interface NamedSite {
  readonly name: string;
  readonly spec: SiteSpec;
}

/** Long enough to see whether messages flow again. */
const afterLastMs = 5_000;
/** A run has many cells, and each waits for its call. */
const longestMs = 600_000;

/** @throws ScenarioProblem for a step that makes no sense where it stands */
export function compileCall(
  { call, timeline, pairs }: Scenario,
  sites: readonly NamedSite[],
): CompiledCall | null {
  if (call === undefined && timeline.length === 0) return null;
  if (pairs === 'matrix') throw new ScenarioProblem(['pairs'], 'a call has no matrix of pairs');
  const steps = timeline.map((step, index): CallStep => {
    const path = ['timeline', index];
    const siteOf = (key: 'site' | 'to') => indexOf(step, key, sites, path);
    const [site, to] = [siteOf('site'), siteOf('to')];
    check(step, sites[site ?? -1], sites[to ?? -1], path);
    return { atMs: msOf(step.at), step, site, to, recoverWithin: withinOf(step) };
  });
  const late = steps.findIndex(({ atMs }, index) => atMs < (steps[index - 1]?.atMs ?? 0));
  if (late !== -1) throw new ScenarioProblem(['timeline', late, 'at'], 'is before the step above it');
  const moved = steps.filter(({ step }) => step.do === 'move').map(({ site }) => site);
  const again = steps.findLastIndex(
    ({ step, site }) => step.do === 'move' && moved.indexOf(site) !== moved.lastIndexOf(site),
  );
  if (again !== -1) throw new ScenarioProblem(['timeline', again, 'site'], 'has moved already');
  const lastMs = steps.at(-1)?.atMs ?? 0;
  const lastsMs = call?.lasts === undefined ? lastMs + afterLastMs : msOf(call.lasts);
  if (lastsMs > longestMs) throw new ScenarioProblem(['call', 'lasts'], 'ten minutes at most');
  if (lastsMs < lastMs) throw new ScenarioProblem(['call', 'lasts'], 'ends before its last step');
  return {
    messagesPerSec: call?.messagesPerSec ?? 50,
    restart: call?.restart ?? 'never',
    lastsMs,
    steps,
  };
}

function withinOf({ recoverWithin }: TimelineStep): CallStep['recoverWithin'] {
  if (recoverWithin === undefined) return null;
  return recoverWithin === 'never' ? 'never' : msOf(recoverWithin);
}

function indexOf(
  step: TimelineStep,
  key: 'site' | 'to',
  sites: readonly NamedSite[],
  path: readonly PropertyKey[],
): number | null {
  const wanted = key === 'site' ? ('site' in step ? step.site : null) : 'to' in step ? step.to : null;
  if (wanted === null) return null;
  const found = sites.findIndex(({ name }) => name === wanted);
  if (found === -1) throw new ScenarioProblem([...path, key], `there is no site ${wanted}`);
  return found;
}

function check(
  step: TimelineStep,
  site: NamedSite | undefined,
  to: NamedSite | undefined,
  path: readonly PropertyKey[],
): void {
  const natted = site?.spec.boxes.some(({ nat }) => nat !== null) === true;
  if (step.do === 'change-wan-address' && !natted) {
    throw new ScenarioProblem([...path, 'site'], 'has no NAT whose address could change');
  }
  if (step.do === 'flush-conntrack' && site?.spec.boxes.length === 0) {
    throw new ScenarioProblem([...path, 'site'], 'has no router that could forget');
  }
  if (step.do === 'move') {
    if (site !== undefined && site.spec.hosts > 1) {
      throw new ScenarioProblem([...path, 'site'], 'has several hosts; only one can move');
    }
    if (site?.spec.ipv6 !== undefined) {
      throw new ScenarioProblem([...path, 'site'], 'has IPv6, which does not move along');
    }
    if (site?.spec.vpn !== undefined) {
      throw new ScenarioProblem([...path, 'site'], 'has a VPN, which does not move along');
    }
    if (site === to) throw new ScenarioProblem([...path, 'to'], 'is where the hosts are');
    if (to?.spec.boxes.length === 0) throw new ScenarioProblem([...path, 'to'], 'has no router to be behind');
  }
}
