/** The sites of a scenario as hosts and middleboxes in memory, from the same description as the kernel's. */

import { familyOf } from '../../stun/endpoint.ts';
import type { FirewallSpec } from '../plan/firewall-rules.ts';
import { answersOnly, hostIpv6, nat64Net } from '../plan/ipv6.ts';
import { completeNat, type NatSpec } from '../plan/nat-spec.ts';
import type { BoxSpec, SiteSpec } from '../plan/topology.ts';
import { goesThrough, vpnAddress, vpnRoutes } from '../plan/vpn.ts';
import { DeadEnd } from './dead-end.ts';
import { IsolationBox } from './isolation-box.ts';
import type { Middlebox } from './middlebox.ts';
import { NatBox } from './nat-box.ts';
import { Nat64Box } from './nat64-box.ts';
import type { SimHost, SimHostOptions, SimTunnel } from './sim-host.ts';
import type { SimNet } from './sim-net.ts';

export interface SiteSurroundings {
  /** What else stands between the site and the public side. */
  readonly outermost: readonly Middlebox[];
  /** Its clients ask the HTTP proxy that may be their only way out. */
  readonly usesProxy: boolean;
  /** They ask their router for open ports, where it gives them any. */
  readonly asksForPorts: boolean;
  /** A host of the site that its tunnels lead to; null: it has none. */
  readonly behindGateway: SimHost | null;
}

/** @param index number of the site; its addresses follow from it */
export function addSite(
  net: SimNet,
  site: SiteSpec,
  index: number,
  { outermost, usesProxy, asksForPorts, behindGateway }: SiteSurroundings,
): SimHost[] {
  const boxes = site.boxes.flatMap((box, level) => middleboxes(box, index, level));
  const shared = [...boxes, ...outermost];
  const translated = site.boxes.some(({ nat }) => nat !== null);
  const numbers = Array.from({ length: site.hosts }, (_, host) => host);
  const ipv4 = numbers.map((host) =>
    translated ? `192.168.${1 + index}.${2 + 4 * host}` : `11.78.${16 + index}.${130 + 4 * host}`,
  );
  const ipv6 = numbers.map((host) => hostIpv6(index, host, site.ipv6 === 'local'));
  const families = [...(site.ipv4 === false ? [] : [ipv4]), ...(site.ipv6 === undefined ? [] : [ipv6])];
  const shared6 = ipv6Boxes(site);
  const nat64 = site.boxes.some((box) => box.nat64)
    ? { nat64: { prefix: nat64Net, nats: [new Nat64Box(ipv6), ...shared] } }
    : {};
  const opener = asksForPorts ? portMapperOf(site, boxes) : null;
  return numbers.map((host) => {
    const tunnel = tunnelOf(site, { index, host, own: ipv4[host] ?? '', behindGateway });
    const others = numbers.filter((other) => other !== host);
    const alone = (boxes: readonly Middlebox[], all: readonly string[]) =>
      site.isolated ? [new IsolationBox(others.map((other) => all[other] ?? '')), ...boxes] : boxes;
    return net.addHost({
      addresses: families.map((all) => all[host] ?? ''),
      nats: alone(shared, ipv4),
      nats6: alone(shared6, ipv6),
      ...nat64,
      ...(opener !== null && { portMapper: opener }),
      ...(tunnel !== null && { tunnel }),
      ...policies(site, usesProxy),
      lossRate: { out: site.loss?.up ?? 0, in: site.loss?.down ?? 0 },
      lossBurst: site.loss?.burst ?? 1,
      delayMs: site.line?.delayMs ?? 0,
      jitterMs: site.line?.jitterMs ?? 0,
    });
  });
}

/** Who opens ports for hosts that ask: their router, if no NAT outside of it makes its address worthless. */
function portMapperOf({ boxes, vpn }: SiteSpec, built: readonly Middlebox[]): NatBox | null {
  const [nearest, ...outer] = boxes;
  const isNearestPublic = outer.every(({ nat }) => nat === null);
  // With all of it in a tunnel a host has no other router to ask.
  if (nearest?.portMapping === undefined || !isNearestPublic || vpn?.split === false) return null;
  return built.find((box): box is NatBox => box instanceof NatBox && !box.firewallOnly) ?? null;
}

function tunnelOf(
  { vpn }: SiteSpec,
  {
    index,
    host,
    own,
    behindGateway,
  }: { index: number; host: number; own: string; behindGateway: SimHost | null },
): SimTunnel | null {
  if (vpn === undefined || behindGateway === null) return null;
  const routes = vpnRoutes(vpn, { own, inside: behindGateway.addressOf('ipv4') ?? '' });
  return {
    address: vpnAddress(index, host),
    carries: (address) => familyOf(address) === 'ipv4' && goesThrough(routes, address),
    neighbour: behindGateway,
  };
}

/** IPv6 is filtered and never translated; unique local addresses lead nowhere. */
function ipv6Boxes({ boxes, ipv6 }: SiteSpec): Middlebox[] {
  const own = boxes.flatMap(({ firewall }) => statefulBox(firewall));
  if (ipv6 === 'firewall') own.push(...statefulBox(answersOnly));
  return ipv6 === 'local' ? [...own, new DeadEnd()] : own;
}

/** A firewall filters what the hosts see: inside of the NAT in the same router. */
function middleboxes({ nat, firewall }: BoxSpec, site: number, level: number): Middlebox[] {
  const stateful = statefulBox(firewall);
  return nat === null ? stateful : [...stateful, natBox(nat, site, level)];
}

function statefulBox(firewall: FirewallSpec | null): NatBox[] {
  if (firewall?.kind !== 'stateful') return [];
  const { filtering, lifetimeSec = 30 } = firewall;
  const lifetimeMs = 1000 * lifetimeSec;
  return [
    new NatBox({
      ...{ mapping: 'endpoint-independent', filtering },
      ...{ addresses: [], firewallOnly: true, lifetimeMs },
    }),
  ];
}

function natBox(nat: NatSpec, site: number, level: number): NatBox {
  const { poolSize, lifetimeSec, ...spec } = completeNat(nat);
  return new NatBox({
    ...spec,
    lifetimeMs: lifetimeSec * 1000,
    // A carrier's other customers take addresses in between, so what comes next is chance.
    poolPick: 'random',
    // Which realm an address is in follows from the chain of boxes, so no ranges are needed.
    addresses: Array.from({ length: poolSize }, (_, index) => `11.78.${16 + site}.${2 + level * 8 + index}`),
  });
}

function policies(
  { boxes }: SiteSpec,
  usesProxy: boolean,
): Pick<SimHostOptions, 'udp' | 'tcpPortsOut' | 'opensTls'> {
  const kinds = boxes.map(({ firewall }) => firewall?.kind);
  const opensTls = kinds.includes('tls-intercepting');
  const hasProxy = kinds.includes('http-proxy');
  // CONNECT to other ports is refused.
  const only443 = opensTls || hasProxy || kinds.includes('tcp-443-only');
  const noTcp = hasProxy && !usesProxy;
  const blocked = only443 || kinds.includes('udp-blocked');
  return {
    udp: blocked ? 'blocked' : kinds.includes('udp-rejected') ? 'rejected' : 'open',
    ...(only443 ? { tcpPortsOut: noTcp ? [] : [443] } : {}),
    opensTls,
  };
}
