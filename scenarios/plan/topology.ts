import { firewallRules } from './firewall-rules.ts';
import { withIpv6 } from './ipv6.ts';
import { isolationRules } from './isolation-rules.ts';
import type { LabSpec, LabTopology, LinkEnd, SitePlan, SiteSpec } from './lab-spec.ts';
import { lossRules, siteLossRules } from './loss-rules.ts';
import { natRules, natSysctls } from './nat-rules.ts';
import { completeNat } from './nat-spec.ts';
import { withVpns } from './vpn.ts';

export type * from './lab-spec.ts';

/** What the address plan has room for. */
export const maxSites = 200;

/**
 * 11.78.0.0/16. Deliberately global unicast: libraries treat the documentation ranges specially (libp2p ignores
 * them, tayga and TURN deny lists refuse them, ipaddr.js calls them reserved), so a lab that used them would not see
 * what users see. The lab has no link to the outside, so nothing can leak.
 */
export const defaultPublicNet = '11.78';

interface Draft {
  readonly addresses: { device: string; cidr: string }[];
  readonly routes: string[];
  readonly sysctls: Record<string, string>;
  readonly rules: string[];
}

/**
 * Lays a lab out: routed point-to-point links only, because one flat network of many NATs overflows the kernel's
 * neighbour table, which all namespaces share, and then loses packets in silence.
 * @throws RangeError when the lab is larger than its address plan
 */
export function planTopology(spec: LabSpec): LabTopology {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(spec.prefix))
    throw new RangeError('prefix: lower case, digits, hyphens');
  if (spec.sites.length > maxSites) throw new RangeError(`a lab has at most ${maxSites} sites`);
  const drafts = new Map<string, Draft>();
  const links: { a: LinkEnd; b: LinkEnd }[] = [];
  const draft = (name: string): Draft => {
    const known = drafts.get(name);
    if (known !== undefined) return known;
    const fresh: Draft = { addresses: [], routes: [], sysctls: {}, rules: [] };
    drafts.set(name, fresh);
    return fresh;
  };
  /** Joins two namespaces by a /30: the outer side gets the first address, the inner one the second. */
  const join = (outer: LinkEnd, inner: LinkEnd, subnet: Subnet): { outer: string; inner: string } => {
    links.push({ a: outer, b: inner });
    const ends = { outer: subnet.at(1), inner: subnet.at(2) };
    draft(outer.namespace).addresses.push({ device: outer.device, cidr: `${ends.outer}/30` });
    draft(inner.namespace).addresses.push({ device: inner.device, cidr: `${ends.inner}/30` });
    return ends;
  };
  const router = (name: string): Draft => {
    const made = draft(name);
    made.sysctls['net.ipv4.ip_forward'] = '1';
    return made;
  };

  const core = `${spec.prefix}-core`;
  const server = `${spec.prefix}-server`;
  router(core);
  if (spec.lossRate > 0) draft(core).rules.push(lossRules(spec.lossRate));
  const addresses = [`${spec.publicNet}.1.10`, `${spec.publicNet}.2.10`] as const;
  const uplink = join(
    { namespace: core, device: 'server' },
    { namespace: server, device: 'wan' },
    subnetOf(`${spec.publicNet}.0`, 0),
  );
  for (const address of addresses) {
    draft(server).addresses.push({ device: 'lo', cidr: `${address}/32` });
    draft(core).routes.push(`${address}/32 via ${uplink.inner}`);
  }
  draft(server).routes.push(`default via ${uplink.outer} src ${addresses[0]}`);

  const sites = spec.sites.map((site, siteIndex): SitePlan => {
    checkSite(site);
    const plan = addressPlan(spec.publicNet, siteIndex, site.between ?? 'carrier');
    let outside: { namespace: string; devicePrefix: string } = { namespace: core, devicePrefix: site.name };
    let translated = false;
    const boxes: { namespace: string; addresses: readonly string[] }[] = [];
    let natAddresses: readonly string[] = [];

    const lines = site.boxes.length > 0 ? 1 : site.hosts;
    const coreDevices = Array.from({ length: lines }, (_, index) => `${site.name}${index}`);
    if (site.loss !== undefined && site.loss.up + site.loss.down > 0) {
      draft(core).rules.push(siteLossRules(site.name, coreDevices, site.loss));
    }

    for (const [level, box] of [...site.boxes].reverse().entries()) {
      const name = `${spec.prefix}-${site.name}-box${site.boxes.length - 1 - level}`;
      const made = router(name);
      const ends = join(
        { namespace: outside.namespace, device: `${outside.devicePrefix}0` },
        { namespace: name, device: 'wan' },
        plan.link(level, translated),
      );
      made.routes.push(`default via ${ends.outer}`);
      draft(outside.namespace).routes.push(`${plan.behind(level, translated)} via ${ends.inner}`);
      if (box.firewall !== null) made.rules.push(firewallRules(box.firewall));
      let external: string[] = [];
      if (box.nat !== null) {
        const more = completeNat(box.nat).poolSize - 1;
        external = [ends.inner, ...plan.pool(level, translated, more)];
        for (const address of external.slice(1))
          made.addresses.push({ device: 'wan', cidr: `${address}/32` });
        made.rules.push(natRules(box.nat, external, box.portMapping !== undefined));
        Object.assign(made.sysctls, natSysctls(box.nat));
        if (natAddresses.length === 0) natAddresses = external;
        translated = true;
      } else if (translated) {
        draft(outside.namespace).routes.push(`${plan.privateHosts} via ${ends.inner}`);
      }
      if (site.isolated && level === site.boxes.length - 1) made.rules.push(isolationRules());
      boxes.unshift({ namespace: name, addresses: external });
      outside = { namespace: name, devicePrefix: 'lan' };
    }

    const hosts = Array.from({ length: site.hosts }, (_, index) => {
      const namespace = `${spec.prefix}-${site.name}-host${index}`;
      const ends = join(
        { namespace: outside.namespace, device: `${outside.devicePrefix}${index}` },
        { namespace, device: 'eth0' },
        plan.host(index, translated),
      );
      draft(namespace).routes.push(`default via ${ends.outer}`);
      return { namespace, address: ends.inner };
    });
    const line = site.line === undefined ? {} : { line: site.line };
    return { name: site.name, coreDevices, hosts, boxes, natAddresses, ...line };
  });

  const topology: LabTopology = {
    prefix: spec.prefix,
    core,
    server: { namespace: server, addresses },
    sites,
    namespaces: [...drafts].map(([name, made]) => ({ name, ...made })),
    links,
  };
  return withIpv6(withVpns(topology, spec), spec);
}

interface Subnet {
  at(offset: number): string;
}

/** The n-th /30 of a /24. */
function subnetOf(net24: string, index: number): Subnet {
  return { at: (offset) => `${net24}.${index * 4 + offset}` };
}

/**
 * Public block of a site: `.0` links to boxes, `.64` pools, `.128` hosts without NAT. Behind a NAT: links between
 * NATs from 100.64.0.0/10 (RFC 6598, what carriers use) or 10.0.0.0/8, hosts from 192.168.0.0/16.
 */
function addressPlan(publicNet: string, siteIndex: number, between: 'carrier' | 'private') {
  const block = `${publicNet}.${16 + siteIndex}`;
  const shared = `${between === 'carrier' ? '100' : '10'}.64.${siteIndex}`;
  const home = `192.168.${1 + siteIndex}`;
  return {
    privateHosts: `${home}.0/24`,
    link: (level: number, translated: boolean) => subnetOf(translated ? shared : block, level),
    behind: (level: number, translated: boolean) =>
      translated ? `${shared}.${64 + 8 * level}/29` : `${block}.0/24`,
    pool: (level: number, translated: boolean, count: number) =>
      Array.from({ length: count }, (_, index) => `${translated ? shared : block}.${64 + 8 * level + index}`),
    host: (index: number, translated: boolean) =>
      subnetOf(translated ? home : block, (translated ? 0 : 32) + index),
  };
}

function checkSite(site: SiteSpec): void {
  // Part of a device name in the core namespace, which takes 15 characters.
  if (!/^[a-z][a-z0-9]{0,11}$/.test(site.name)) throw new RangeError(`site name ${site.name} is not usable`);
  if (site.hosts < 1 || site.hosts > 16) throw new RangeError('a site has 1 to 16 hosts');
  if (site.isolated && site.boxes.length === 0) throw new RangeError('only a router can isolate hosts');
  if (site.boxes.length === 0 && (site.ipv6 === 'firewall' || site.ipv6 === 'local')) {
    throw new RangeError('only a router can filter IPv6, or keep it inside');
  }
  if (site.boxes.length > 8) throw new RangeError('a site has at most 8 boxes in a row');
}
