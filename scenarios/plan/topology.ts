import { type FirewallSpec, firewallRules } from './firewall-rules.ts';
import { isolationRules } from './isolation-rules.ts';
import type { LineSpec, LossSpec } from './line-spec.ts';
import { lossRules, siteLossRules } from './loss-rules.ts';
import { natRules, natSysctls } from './nat-rules.ts';
import { completeNat, type NatSpec } from './nat-spec.ts';

/** A router on the way out. With neither a NAT nor a firewall it just routes. */
export interface BoxSpec {
  readonly nat: NatSpec | null;
  readonly firewall: FirewallSpec | null;
}

/** Hosts that share the same way out. */
export interface SiteSpec {
  /** Short, lower case, part of the namespaces' names. */
  readonly name: string;
  /** 1–16, each on a link of its own to the innermost box. */
  readonly hosts: number;
  /** Innermost first; two NATs make a carrier-grade NAT. Empty: the hosts are on the public network. */
  readonly boxes: readonly BoxSpec[];
  /** Addresses between the boxes behind a NAT: those of a carrier (default, RFC 6598) or of a private network. */
  readonly between?: 'carrier' | 'private';
  /** Hosts of the site do not reach each other inside, as with client isolation in a Wi-Fi. Default false. */
  readonly isolated?: boolean;
  readonly loss?: LossSpec;
  readonly line?: LineSpec;
}

/** What the address plan has room for. */
export const maxSites = 200;

export interface LabSpec {
  /** All namespaces start with it; what a run leaves behind is found by it. */
  readonly prefix: string;
  readonly sites: readonly SiteSpec[];
  /** Share of UDP packets lost in the core, 0–1. */
  readonly lossRate: number;
  /** First two octets of what plays the Internet. */
  readonly publicNet: string;
}

/**
 * 11.78.0.0/16. Deliberately global unicast: libraries treat the documentation ranges specially (libp2p ignores
 * them, tayga and TURN deny lists refuse them, ipaddr.js calls them reserved), so a lab that used them would not see
 * what users see. The lab has no link to the outside, so nothing can leak.
 */
export const defaultPublicNet = '11.78';

export interface NamespacePlan {
  readonly name: string;
  readonly addresses: readonly { readonly device: string; readonly cidr: string }[];
  /** Arguments of `ip route add`. */
  readonly routes: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** nftables texts, loaded in this order. */
  readonly rules: readonly string[];
}

export interface LinkEnd {
  readonly namespace: string;
  readonly device: string;
}

export interface SitePlan {
  readonly name: string;
  /** Devices of the core namespace that the site hangs on. */
  readonly coreDevices: readonly string[];
  readonly hosts: readonly { readonly namespace: string; readonly address: string }[];
  readonly boxes: readonly { readonly namespace: string; readonly addresses: readonly string[] }[];
  /** What servers see when a host of this site speaks: the outermost NAT's addresses; empty without a NAT. */
  readonly natAddresses: readonly string[];
  /** Absent: as fast as the machine is. */
  readonly line?: LineSpec;
}

export interface LabTopology {
  readonly prefix: string;
  readonly core: string;
  /** One namespace with two public addresses, as RFC 5780 wants them. */
  readonly server: { readonly namespace: string; readonly addresses: readonly [string, string] };
  readonly sites: readonly SitePlan[];
  readonly namespaces: readonly NamespacePlan[];
  readonly links: readonly { readonly a: LinkEnd; readonly b: LinkEnd }[];
}

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
        made.rules.push(natRules(box.nat, external));
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

  return {
    prefix: spec.prefix,
    core,
    server: { namespace: server, addresses },
    sites,
    namespaces: [...drafts].map(([name, made]) => ({ name, ...made })),
    links,
  };
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
  if (site.boxes.length > 8) throw new RangeError('a site has at most 8 boxes in a row');
}
