/** Adds IPv6 to a lab of single-box sites: routed links like those of IPv4, global addresses, forwarding. */
import type { Lab } from '../../scenarios/io/lab.ts';

/** Plays the internet; see `defaultPublicNet` for why it is no documentation range. */
const net = '2a11:78';
export const ipv6Servers = [`${net}:1::10`, `${net}:2::10`] as const;
/** A prefix for a NAT64 in a site: tayga refuses the well-known one towards some ranges. */
export const nat64Net = `${net}:64::`;

export interface Ipv6Site {
  readonly name: string;
  readonly box: string;
  readonly host: string;
  /** Address of the host, and of the box as the host sees it. */
  readonly address: string;
  readonly gateway: string;
}

export async function must(
  lab: Lab,
  namespace: string,
  argv: readonly string[],
  stdin: string | null = null,
): Promise<void> {
  const { code, stderr } = await lab.run(namespace, argv, { stdin });
  if (code !== 0) throw new Error(`${namespace}: ${argv.join(' ')}: ${stderr}\n${stdin ?? ''}`);
}

/** Every site gets /64s of its own between host and box, and between box and core. */
export async function addIpv6(lab: Lab): Promise<Map<string, Ipv6Site>> {
  const forward = ['sysctl', '-q', '-w', 'net.ipv6.conf.all.forwarding=1'];
  const batch = (namespace: string, lines: readonly string[]) =>
    must(lab, namespace, ['ip', '-6', '-batch', '-'], `${lines.join('\n')}\n`);
  const { core } = lab.topology;
  await Promise.all(
    [core, ...lab.topology.sites.flatMap(({ boxes }) => boxes.map((box) => box.namespace))].map((router) =>
      must(lab, router, forward),
    ),
  );
  await batch(core, [
    `address add ${net}:f::1/64 dev server nodad`,
    ...ipv6Servers.map((address) => `route add ${address}/128 via ${net}:f::2`),
  ]);
  await batch(lab.server, [
    `address add ${net}:f::2/64 dev wan nodad`,
    ...ipv6Servers.map((address) => `address add ${address}/128 dev lo nodad`),
    `route add default via ${net}:f::1 src ${ipv6Servers[0]}`,
  ]);
  const sites = lab.topology.sites.map((site, index): Ipv6Site => {
    const [box, host] = [site.boxes[0], site.hosts[0]];
    if (box === undefined || host === undefined) throw new Error(`site ${site.name} has no box`);
    const inner = `${net}:1${String(index).padStart(2, '0')}`;
    return {
      name: site.name,
      box: box.namespace,
      host: host.namespace,
      address: `${inner}:1::2`,
      gateway: `${inner}:1::1`,
    };
  });
  for (const { name, box, host, address, gateway } of sites) {
    const outer = gateway.replace(/:1::1$/, ':2');
    const inside = gateway.replace(/::1$/, '::/64');
    await batch(core, [
      `address add ${outer}::1/64 dev ${name}0 nodad`,
      `route add ${inside} via ${outer}::2`,
    ]);
    await batch(box, [
      `address add ${outer}::2/64 dev wan nodad`,
      `address add ${gateway}/64 dev lan0 nodad`,
      `route add default via ${outer}::1`,
    ]);
    await batch(host, [`address add ${address}/64 dev eth0 nodad`, `route add default via ${gateway}`]);
  }
  return new Map(sites.map((site) => [site.name, site]));
}
