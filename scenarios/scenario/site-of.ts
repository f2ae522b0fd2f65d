import type { ScenarioBox, ScenarioNat, ScenarioSite } from '../../contract/scenario.ts';
import type { FirewallSpec } from '../plan/firewall-rules.ts';
import { lineLabel } from '../plan/line-spec.ts';
import { completeNat, type NatSpec, natLabel } from '../plan/nat-spec.ts';
import type { BoxSpec, SiteSpec } from '../plan/topology.ts';
import { lineOf } from './line-of.ts';
import { presets } from './presets.ts';
import { ScenarioProblem } from './scenario-problem.ts';

/**
 * A site of a scenario as the lab and the simulator build it.
 * @param name as the lab's namespaces carry it
 * @param seedOffset added to the seeds of its NATs, so that two sites of one kind do not choose the same ports
 * @throws ScenarioProblem where the kernel rules cannot do what is asked for
 */
export function siteOf(
  site: ScenarioSite,
  { name, path, seedOffset }: { name: string; path: readonly PropertyKey[]; seedOffset: number },
): SiteSpec {
  if (site.isolated && site.behind.length === 0) {
    throw new ScenarioProblem([...path, 'isolated'], 'only a router can isolate its hosts');
  }
  checkFamilies(site, path);
  checkPortMapping(site, path);
  return {
    name,
    hosts: site.hosts,
    boxes: site.behind.map((box, index) => boxOf(box, [...path, 'behind', index], seedOffset)),
    between: site.between,
    isolated: site.isolated,
    loss: site.loss,
    ...lineOf(site, path),
    ...(site.ipv6 !== 'none' && { ipv6: site.ipv6 }),
    ...(!site.ipv4 && { ipv4: false }),
  };
}

function checkFamilies({ ipv4, ipv6, behind }: ScenarioSite, path: readonly PropertyKey[]): void {
  if (!ipv4 && ipv6 === 'none') {
    throw new ScenarioProblem([...path, 'ipv4'], 'without IPv4 the site needs ipv6');
  }
  if ((ipv6 === 'firewall' || ipv6 === 'local') && behind.length === 0) {
    throw new ScenarioProblem([...path, 'ipv6'], `${ipv6} needs a router in behind`);
  }
  for (const [index, { nat, nat64 }] of behind.entries()) {
    const at = [...path, 'behind', index, 'nat64'];
    if (nat64 && ipv4) throw new ScenarioProblem(at, 'is for hosts without IPv4 (ipv4: false)');
    if (nat64 && nat === undefined) throw new ScenarioProblem(at, 'needs a nat beside it');
    if (nat64 && index > 0) throw new ScenarioProblem(at, 'is for the innermost router');
  }
}

/** What miniupnpd beside the rules of a NAT here cannot do. */
function checkPortMapping({ behind, ipv4 }: ScenarioSite, path: readonly PropertyKey[]): void {
  for (const [index, { nat, portMapping }] of behind.entries()) {
    if (portMapping === undefined) continue;
    const refuse: (why: string) => never = (why) => {
      throw new ScenarioProblem([...path, 'behind', index, 'portMapping'], why);
    };
    if (nat === undefined) refuse('needs a nat beside it');
    if (index > 0) refuse('is for the innermost router: hosts ask the nearest one');
    if (!ipv4) refuse('is for hosts with IPv4');
    const { engine, poolSize, hairpin } = completeNat(natOf(nat, [...path, 'behind', index, 'nat'], 0));
    if (engine === 'table') refuse('needs the session engine');
    if (poolSize > 1) refuse('is for a NAT with one address');
    if (hairpin) refuse('is for a NAT without hairpinning: ports are opened for the outside only');
  }
}

function boxOf(box: ScenarioBox, path: readonly PropertyKey[], seedOffset: number): BoxSpec {
  return {
    nat: box.nat === undefined ? null : natOf(box.nat, [...path, 'nat'], seedOffset),
    firewall: box.firewall === undefined ? null : firewallOf(box.firewall),
    ...(box.nat64 && { nat64: true }),
    ...(box.portMapping !== undefined && { portMapping: box.portMapping }),
  };
}

function firewallOf({ kind, filtering, lifetimeSec }: NonNullable<ScenarioBox['firewall']>): FirewallSpec {
  if (kind !== 'stateful') return { kind };
  const lifetime = lifetimeSec === undefined ? {} : { lifetimeSec };
  return { kind, filtering: filtering ?? 'address-and-port-dependent', ...lifetime };
}

function natOf(nat: ScenarioNat, path: readonly PropertyKey[], seedOffset: number): NatSpec {
  const { like, pool, portRange, seed, ...written } = nat;
  const base = like === undefined ? {} : presets[like];
  const spec = withoutUndefined({
    ...base,
    ...withoutUndefined(written),
    ...(pool === undefined ? {} : { poolSize: pool }),
    ...(portRange === undefined ? {} : { portRange: { first: portRange[0], last: portRange[1] } }),
    seed: (seed ?? 1) + seedOffset,
  });
  if (!isNatSpec(spec)) throw new ScenarioProblem(path, 'needs like, or both mapping and filtering');
  try {
    completeNat(spec);
  } catch (error) {
    throw new ScenarioProblem(path, error instanceof Error ? error.message : String(error));
  }
  return spec;
}

function isNatSpec(spec: Partial<NatSpec>): spec is NatSpec {
  return spec.mapping !== undefined && spec.filtering !== undefined;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<
    Defined<T>
  >;
}

/** `EI/APD session preserving`, `firewall udp-blocked`: one text for each box, innermost first, and for the line. */
export function wayLabels({ boxes, line, loss, ipv4, ipv6 }: SiteSpec): string[] {
  const labels = boxes.map(({ nat, firewall, nat64, portMapping = [] }) =>
    [
      nat64 ? 'NAT64' : '',
      nat === null ? '' : natLabel(nat),
      portMapping.length === 0 ? '' : `opens ports (${portMapping.join(', ')})`,
      firewall === null ? '' : firewallLabel(firewall),
    ]
      .filter(Boolean)
      .join(' + '),
  );
  const family = ipv6 === undefined ? '' : `IPv6 ${ipv6}${ipv4 === false ? ' and no IPv4' : ''}`;
  return [...labels, family, lineLabel(line, loss)].filter(Boolean);
}

function firewallLabel(firewall: FirewallSpec): string {
  return firewall.kind === 'stateful' ? `firewall ${firewall.filtering}` : `firewall ${firewall.kind}`;
}

/** `split tunnel to office`. */
export function vpnLabel({ vpn }: ScenarioSite): string[] {
  return vpn === undefined ? [] : [`${vpn.split ? 'split' : 'full'} tunnel to ${vpn.gateway}`];
}
