/** A checked scenario file → what is built, who tries to reach whom, and what is expected by the file. */
import type { ExpectedOutcome, LabPath, Scenario } from '../../contract/scenario.ts';
import type { ScenarioAgent } from '../../contract/scenario-agent.ts';
import { maxSites, type SiteSpec } from '../plan/topology.ts';
import { checkAgents } from './check-agents.ts';
import { checkServer } from './check-server.ts';
import { type CompiledCall, compileCall } from './compile-call.ts';
import { type NamedServer, namedServers, usualServers } from './named-servers.ts';
import { ScenarioProblem } from './scenario-problem.ts';
import { siteOf, vpnLabel, wayLabels } from './site-of.ts';
import { vpnOf } from './vpn-of.ts';

/** One host of the scenario. */
export interface End {
  /** Unique: `home`, `home/1`, in a matrix `home` and `home′`. */
  readonly name: string;
  /** As the scenario calls it: the twins of a matrix are one. */
  readonly type: string;
  /** Index into `sites`. */
  readonly site: number;
  readonly host: number;
  /** Of its site, else of the scenario. */
  readonly agent: ScenarioAgent;
}

export interface Cell {
  readonly from: End;
  readonly to: End;
  readonly path: LabPath;
  /** By the file; null: it says nothing. */
  readonly expected: { readonly outcome: ExpectedOutcome; readonly because: string | null } | null;
}

export interface CompiledSite {
  /** Shown to people. */
  readonly name: string;
  readonly labels: readonly string[];
  readonly spec: SiteSpec;
}

export interface CompiledScenario {
  readonly scenario: Scenario;
  readonly sites: readonly CompiledSite[];
  readonly ends: readonly End[];
  readonly cells: readonly Cell[];
  /** What clients are told of servers. */
  readonly named: readonly NamedServer[];
  /** What follows where an attempt connects; null: nothing. */
  readonly call: CompiledCall | null;
}

/** @throws ScenarioProblem for what the schema cannot judge */
export function compileScenario(scenario: Scenario): CompiledScenario {
  const names = Object.keys(scenario.sites);
  if (names.length === 0) throw new ScenarioProblem(['sites'], 'a scenario needs a site');
  const twins = scenario.pairs === 'matrix';
  const copies = twins ? ['', twinMark] : [''];
  if (names.length * copies.length > maxSites) {
    throw new ScenarioProblem(['sites'], `at most ${maxSites} sites, each twice in a matrix`);
  }
  const sites = copies.flatMap((mark, copy) =>
    Object.entries(scenario.sites).map(([name, site], index): CompiledSite => {
      const number = copy * names.length + index;
      const plain = siteOf(site, {
        name: internalName(name, number),
        path: ['sites', name],
        seedOffset: (scenario.seed - 1 + number) * 16,
      });
      const spec = { ...plain, ...vpnOf(scenario, name, copy * names.length) };
      return { name: `${name}${mark}`, labels: [...wayLabels(spec), ...vpnLabel(site)], spec };
    }),
  );
  const ends = sites.flatMap(({ name, spec }, site) =>
    Array.from({ length: spec.hosts }, (_, host): End => {
      const type = names[site % names.length] ?? name;
      const agent = scenario.sites[type]?.agent ?? scenario.agent;
      return host === 0
        ? { name, type, site, host, agent }
        : { name: `${name}/${host}`, type: `${type}/${host}`, site, host, agent };
    }),
  );
  const pairs = pairsOf(scenario, ends, names.length);
  for (const [index, { from, to }] of scenario.expect.entries()) {
    for (const [key, wanted] of [
      ['from', from],
      ['to', to],
    ] as const) {
      if (wanted !== '*' && !ends.some(({ type }) => type === wanted)) {
        throw new ScenarioProblem(['expect', index, key], `there is no host ${wanted}`);
      }
    }
  }
  const cells = scenario.paths.flatMap((path) =>
    pairs.map(([from, to]): Cell => ({ from, to, path, expected: expectedIn(scenario, from, to, path) })),
  );
  checkAgents(scenario, pairs.flat());
  checkTcp(scenario);
  checkServer(scenario);
  const { iceServers } = scenario;
  const named = iceServers === undefined ? usualServers : namedServers(iceServers, ['iceServers']);
  return { scenario, sites, ends, cells, named, call: compileCall(scenario, sites) };
}

/** A host in a VPN has two ways out, and the lab's client over TCP knows one. */
function checkTcp({ paths, sites }: Scenario): void {
  const index = paths.indexOf('direct-tcp');
  const [name] = Object.entries(sites).find(([, { vpn }]) => vpn !== undefined) ?? [];
  if (index !== -1 && name !== undefined) {
    throw new ScenarioProblem(['paths', index], `is not for scenarios with a VPN, and ${name} has one`);
  }
}

const twinMark = '′';

/** Part of device names: letters and digits, twelve at most, unique by its number, which no digit may lengthen. */
function internalName(name: string, number: number): string {
  return `${name.replaceAll('-', '').slice(0, 8).replace(/\d+$/, '')}${number}`;
}

function pairsOf({ pairs }: Scenario, ends: readonly End[], types: number): (readonly [End, End])[] {
  if (pairs === 'all') {
    const all = ends.flatMap((from, index) => ends.slice(index + 1).map((to) => [from, to] as const));
    if (all.length === 0) throw new ScenarioProblem(['pairs'], 'one host alone has nobody to connect to');
    return all;
  }
  if (pairs === 'matrix') {
    const [originals, twins] = [false, true].map((twin) => ends.filter(({ site }) => site >= types === twin));
    return (originals ?? []).flatMap((from) => (twins ?? []).map((to) => [from, to] as const));
  }
  return pairs.map(([fromName, toName], index) => {
    const [from, to] = [fromName, toName].map((wanted, side) => {
      const found = ends.find(({ name }) => name === wanted);
      if (found === undefined)
        throw new ScenarioProblem(['pairs', index, side], `there is no host ${wanted}`);
      return found;
    });
    if (from === undefined || to === undefined || from === to) {
      throw new ScenarioProblem(['pairs', index], 'a host cannot connect to itself');
    }
    return [from, to] as const;
  });
}

/** An expectation holds for both directions; the first that fits counts. */
function expectedIn({ expect }: Scenario, from: End, to: End, path: LabPath): Cell['expected'] {
  const fits = (pattern: string, end: End) => pattern === '*' || pattern === end.type;
  const found = expect.find(
    (rule) =>
      (rule.path === undefined || rule.path === path) &&
      ((fits(rule.from, from) && fits(rule.to, to)) || (fits(rule.from, to) && fits(rule.to, from))),
  );
  return found === undefined ? null : { outcome: found.outcome, because: found.because ?? null };
}
