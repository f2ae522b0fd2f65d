/** IPv6 in a lab that is laid out: routed links as those of IPv4, each with a /64, for the sites that have it. */
import { firewallRules } from './firewall-rules.ts';
import type { LabSpec, LabTopology, NamespacePlan, SitePlan, SiteSpec } from './lab-spec.ts';

/** Plays the IPv6 Internet; global unicast for the reason that `defaultPublicNet` is. */
const net = '2a11:78';
/** RFC 6052 §2.2; a prefix of its own because tayga refuses the well-known one for some IPv4 addresses. */
export const nat64Net = `${net}:64::`;
export const nat64Prefix = `${nat64Net}/96`;
/** Two, as RFC 5780 wants them. */
export const serversIpv6 = [`${net}:1::10`, `${net}:2::10`] as const;

interface Addition {
  readonly addresses: { device: string; cidr: string }[];
  readonly routes: string[];
  readonly rules: string[];
  isRouter: boolean;
}

export function withIpv6(topology: LabTopology, { sites: specs, serverIpv6: wanted }: LabSpec): LabTopology {
  const has = specs.some(({ ipv6 }) => ipv6 !== undefined);
  if (!has) return topology;
  const additions = new Map<string, Addition>();
  const addTo = (namespace: string): Addition => {
    const known = additions.get(namespace);
    if (known !== undefined) return known;
    const fresh: Addition = { addresses: [], routes: [], rules: [], isRouter: false };
    additions.set(namespace, fresh);
    return fresh;
  };
  addTo(topology.core).isRouter = true;
  if (wanted) layServer(topology, addTo);
  const sites = topology.sites.map((plan, index): SitePlan => {
    const spec = specs[index];
    return spec?.ipv6 === undefined ? plan : laySite(plan, spec, index, { core: topology.core, addTo });
  });
  const without = new Set(
    sites.flatMap(({ hosts }, index) =>
      specs[index]?.ipv4 === false ? hosts.map(({ namespace }) => namespace) : [],
    ),
  );
  return {
    ...topology,
    ...(wanted && { server: { ...topology.server, ipv6: serversIpv6 } }),
    sites,
    namespaces: topology.namespaces.map((made) =>
      merged(
        without.has(made.name) ? { ...made, addresses: [innerIpv4], routes: [] } : made,
        additions.get(made.name),
      ),
    ),
  };
}

/**
 * On a host whose only IPv4 address is 127.0.0.1 glibc resolves no IPv4 literal for programs that ask with AI_ADDRCONFIG,
 * not even that one, and agents that talk to themselves (a relay door) are cut off. A second one leads nowhere either.
 */
const innerIpv4 = { device: 'lo', cidr: '127.0.0.2/8' };

type AddTo = (namespace: string) => Addition;

function layServer({ core, server }: LabTopology, addTo: AddTo): void {
  const [outer, inner] = ends(`${net}:f:0`);
  addTo(core).addresses.push({ device: 'server', cidr: `${outer}/64` });
  addTo(core).routes.push(...serversIpv6.map((address) => `${address}/128 via ${inner}`));
  addTo(server.namespace).addresses.push(
    { device: 'wan', cidr: `${inner}/64` },
    ...serversIpv6.map((address) => ({ device: 'lo', cidr: `${address}/128` })),
  );
  addTo(server.namespace).routes.push(`default via ${outer} src ${serversIpv6[0]}`);
}

function laySite(
  plan: SitePlan,
  spec: SiteSpec,
  index: number,
  { core, addTo }: { core: string; addTo: AddTo },
): SitePlan {
  const isLocal = spec.ipv6 === 'local';
  const block = blockOf(index, isLocal);
  // Outermost first, as packets come in.
  const routers = [...plan.boxes].reverse();
  let outside = { namespace: core, devices: plan.coreDevices };
  for (const [level, { namespace }] of routers.entries()) {
    const made = addTo(namespace);
    made.isRouter = true;
    made.rules.push(...ipv6Firewalls(spec, plan.boxes.length - 1 - level));
    if (!isLocal) {
      const [outer, inner] = ends(`${block}:${level}`);
      addTo(outside.namespace).addresses.push({ device: outside.devices[0] ?? '', cidr: `${outer}/64` });
      addTo(outside.namespace).routes.push(`${block}::/48 via ${inner}`);
      made.addresses.push({ device: 'wan', cidr: `${inner}/64` });
      made.routes.push(`default via ${outer}`);
    }
    outside = { namespace, devices: plan.hosts.map((_, host) => `lan${host}`) };
  }
  const hosts = plan.hosts.map((host, number) => {
    const [outer, inner] = ends(hostLink(block, number));
    addTo(outside.namespace).addresses.push({
      device: outside.devices[number] ?? '',
      cidr: `${outer}/64`,
    });
    addTo(host.namespace).addresses.push({ device: 'eth0', cidr: `${inner}/64` });
    addTo(host.namespace).routes.push(`default via ${outer}`);
    return spec.ipv4 === false ? { ...host, address: inner } : host;
  });
  return { ...plan, hosts };
}

/** A /48 of a site, without its end. */
function blockOf(site: number, isLocal: boolean): string {
  return `${isLocal ? 'fd78:0' : net}:${(16 + site).toString(16)}`;
}

function hostLink(block: string, host: number): string {
  return `${block}:${(0x100 + host).toString(16)}`;
}

export function hostIpv6(site: number, host: number, isLocal: boolean): string {
  return ends(hostLink(blockOf(site, isLocal), host))[1];
}

/** Of a link: outer and inner end. */
function ends(link: string): [outer: string, inner: string] {
  return [`${link}::1`, `${link}::2`];
}

/** What `ipv6: firewall` puts into the outermost router. */
export const answersOnly = { kind: 'stateful', filtering: 'address-and-port-dependent' } as const;

/**
 * The IPv6 firewalls of one router of a site: what it does to IPv4, and where the site has one by default, that.
 * @param index of the router, innermost first
 */
export function ipv6Firewalls({ boxes, ipv6 }: SiteSpec, index: number): string[] {
  const firewall = boxes[index]?.firewall ?? null;
  if (ipv6 === undefined) return [];
  return [
    ...(firewall === null ? [] : [firewallRules(firewall, 'ip6')]),
    ...(ipv6 === 'firewall' && index === boxes.length - 1
      ? [firewallRules(answersOnly, 'ip6', 'polynya_guard')]
      : []),
  ];
}

function merged(made: NamespacePlan, more: Addition | undefined): NamespacePlan {
  if (more === undefined) return made;
  return {
    ...made,
    // Duplicate address detection would keep an address from being used for a second.
    addresses: [
      ...made.addresses,
      ...more.addresses.map(({ device, cidr }) => ({ device, cidr: `${cidr} nodad` })),
    ],
    routes: [...made.routes, ...more.routes],
    rules: [...made.rules, ...more.rules],
    sysctls: { ...made.sysctls, ...(more.isRouter && { 'net.ipv6.conf.all.forwarding': '1' }) },
  };
}

/** RFC 6052 §2.2: an IPv4 address as hosts behind a NAT64 of the lab write it, in its canonical spelling. */
export function synthesised(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${nat64Net}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** How a host of a site reaches the server: by IPv4, else by IPv6, else through its NAT64; else not at all. */
export type ServerFamily = 'ipv4' | 'ipv6' | 'nat64' | 'none';

export function serverFamilyFor({ ipv4, ipv6, boxes }: SiteSpec, hasIpv6: boolean): ServerFamily {
  if (ipv4 !== false) return 'ipv4';
  if (hasIpv6 && ipv6 !== 'local') return 'ipv6';
  return boxes.some(({ nat64 }) => nat64) ? 'nat64' : 'none';
}

export function serverAddressFor(
  site: SiteSpec,
  server: { readonly ipv4: string; readonly ipv6: string | null },
): string {
  const family = serverFamilyFor(site, server.ipv6 !== null);
  if (family === 'ipv6') return server.ipv6 ?? server.ipv4;
  return family === 'nat64' ? synthesised(server.ipv4) : server.ipv4;
}

/** The IPv4 address in one that `synthesised` has made; null: it is another one. */
export function writtenIn(address: string): string | null {
  if (!address.startsWith(nat64Net)) return null;
  const [high = 0, low = 0] = address
    .slice(nat64Net.length)
    .split(':')
    .map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
