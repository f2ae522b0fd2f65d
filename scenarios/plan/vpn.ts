/**
 * VPNs of a lab that is laid out: a link from each host of a site into the router of another one, with the MTU of a
 * tunnel. The networks between the two neither slow it down nor stop it, as if nothing could stop TCP to port 443.
 */
import type { LabSpec, LabTopology, LinkEnd, NamespacePlan, VpnSpec } from './lab-spec.ts';

/** All tunnels have their addresses in it. */
const vpnNet = '10.8.0.0/16';
/** As WireGuard has it over IPv4 and IPv6. */
const tunnelMtu = 1_420;

interface Tunnel {
  readonly router: LinkEnd;
  readonly host: LinkEnd;
  /** Addresses of the two ends. */
  readonly outer: string;
  readonly inner: string;
  /** What the host has in place of its own routes. */
  readonly reroute: (routes: readonly string[]) => string[];
}

export function withVpns(topology: LabTopology, { sites }: LabSpec): LabTopology {
  const tunnels = topology.sites.flatMap(({ hosts }, site) => {
    const vpn = sites[site]?.vpn;
    return vpn === undefined
      ? []
      : hosts.map(({ namespace }, host) => tunnelOf(topology, vpn, { site, host, namespace }));
  });
  if (tunnels.length === 0) return topology;
  return {
    ...topology,
    links: [
      ...topology.links,
      ...tunnels.map(({ router, host }) => ({ a: router, b: host, mtu: tunnelMtu })),
    ],
    namespaces: topology.namespaces.map((made) => withTunnels(made, tunnels)),
  };
}

function tunnelOf(
  { sites }: LabTopology,
  vpn: VpnSpec,
  { site, host, namespace }: { site: number; host: number; namespace: string },
): Tunnel {
  const gateway = sites[vpn.gateway];
  const [router] = gateway?.boxes ?? [];
  const own = sites[site]?.hosts[host]?.address;
  const inside = gateway?.hosts[0]?.address;
  if (router === undefined || own === undefined || inside === undefined) {
    throw new RangeError('a VPN needs a site with a router as its gateway');
  }
  const inner = vpnAddress(site, host);
  const outer = inner.replace(/\d+$/, (octet) => String(Number(octet) - 1));
  const { through, around } = vpnRoutes(vpn, { own, inside });
  return {
    // By its name it is one of the router's inner devices.
    router: { namespace: router.namespace, device: `lan-vpn${site}-${host}` },
    host: { namespace, device: 'tun0' },
    ...{ outer, inner },
    reroute: (routes) => {
      const past = routes.flatMap((route) => /^default (via \S+)$/.exec(route)?.[1] ?? []);
      return [
        ...(vpn.split ? routes : around.flatMap((net) => past.map((way) => `${net} ${way}`))),
        ...through.map((net) => `${net} via ${outer}`),
      ];
    },
  };
}

function withTunnels(made: NamespacePlan, tunnels: readonly Tunnel[]): NamespacePlan {
  const addresses = tunnels.flatMap(({ router, host, outer, inner }) => [
    ...(router.namespace === made.name ? [{ device: router.device, cidr: `${outer}/30` }] : []),
    ...(host.namespace === made.name ? [{ device: host.device, cidr: `${inner}/30` }] : []),
  ]);
  const own = tunnels.find(({ host }) => host.namespace === made.name);
  return {
    ...made,
    addresses: [...made.addresses, ...addresses],
    routes: own === undefined ? made.routes : own.reroute(made.routes),
  };
}

/** Of the host's end. */
export function vpnAddress(site: number, host: number): string {
  return `10.8.${site}.${4 * host + 2}`;
}

/** Networks that are reached through the tunnel, and those in them that are not. */
export interface VpnRoutes {
  readonly through: readonly string[];
  readonly around: readonly string[];
}

/** @param addresses of the host, and of one in the gateway's network */
export function vpnRoutes(
  { split }: VpnSpec,
  { own, inside }: { readonly own: string; readonly inside: string },
): VpnRoutes {
  return split
    ? { through: [netOf(inside), vpnNet], around: [] }
    : { through: ['default'], around: [netOf(own)] };
}

/** Does a packet to this IPv4 address go through the tunnel? */
export function goesThrough({ through, around }: VpnRoutes, address: string): boolean {
  const isIn = (net: string) => isWithin(address, net);
  return through.some(isIn) && !around.some(isIn);
}

/** The /24 of a site, in which all its hosts are. */
function netOf(address: string): string {
  return address.replace(/\d+$/, '0/24');
}

/** @param net a prefix of whole octets, or `default` */
function isWithin(address: string, net: string): boolean {
  const [base = '', bits = '0'] = net.split('/');
  const octets = Number(bits) / 8;
  const prefix = (text: string) => text.split('.').slice(0, octets).join('.');
  return prefix(address) === prefix(base);
}
