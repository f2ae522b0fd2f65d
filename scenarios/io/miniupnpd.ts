import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

export interface MiniupnpdOptions {
  /** Namespace of the router; its outer device is `wan`, as the lab names it. */
  readonly namespace: string;
  /** Its inner devices. Default `lan0`. */
  readonly inside?: readonly string[];
  /** UPnP InternetGatewayDevice. Default true. */
  readonly upnp?: boolean;
  /** PCP and NAT-PMP, which share a port and a switch. Default true. */
  readonly portControl?: boolean;
  /** Lines added to the configuration, such as `ext_ip=…`. */
  readonly config?: readonly string[];
}

export interface Miniupnpd {
  /** Mappings that it has made so far: its own list, and the rules in the kernel. Empty: none. */
  mappings(): Promise<string[]>;
  log(): string;
  stop(): Promise<void>;
}

/**
 * The chains that it writes mappings into; Debian's script would make them with a policy that drops all else. Before the
 * router's own NAT, which lets in whatever is translated here (scenarios/plan/session-nat.ts).
 */
const table = `table inet miniupnpd {
  chain miniupnpd {
  }
  chain prerouting_miniupnpd {
    type nat hook prerouting priority dstnat - 1; policy accept;
  }
  chain postrouting_miniupnpd {
  }
}
`;

/**
 * Starts Debian's miniupnpd in a router of a lab and returns once it listens. All its files are in a folder of the
 * lab; it stops with the lab.
 * @throws Error with its own output when it does not come up
 */
export async function startMiniupnpd(lab: Lab, options: MiniupnpdOptions): Promise<Miniupnpd> {
  const { namespace, inside = ['lan0'], upnp = true, portControl = true, config = [] } = options;
  const folder = lab.folder('miniupnpd');
  const configFile = join(folder, 'miniupnpd.conf');
  const leases = join(folder, 'leases');
  const made = await lab.run(namespace, ['nft', '-f', '-'], { stdin: table });
  if (made.code !== 0) throw new Error(`nft: ${made.stderr}`);
  writeFileSync(
    configFile,
    [
      'ext_ifname=wan',
      ...inside.map((device) => `listening_ip=${device}`),
      'http_port=0',
      `enable_upnp=${upnp ? 'yes' : 'no'}`,
      `enable_natpmp=${portControl ? 'yes' : 'no'}`,
      'upnp_table_name=miniupnpd',
      'upnp_nat_table_name=miniupnpd',
      'upnp_forward_chain=miniupnpd',
      'upnp_nat_chain=prerouting_miniupnpd',
      'upnp_nat_postrouting_chain=postrouting_miniupnpd',
      `lease_file=${leases}`,
      `uuid=${randomUUID()}`,
      'allow 1024-65535 0.0.0.0/0 1024-65535',
      ...config,
      '',
    ].join('\n'),
  );
  const argv = ['miniupnpd', '-d', '-f', configFile, '-P', join(folder, 'miniupnpd.pid')];
  const daemon = lab.spawn(namespace, argv, { cwd: folder });
  if (upnp) await daemon.waitFor(/HTTP listening on port \d+/, 10_000);
  if (portControl) await daemon.waitFor(/Listening for NAT-PMP\/PCP traffic/, 10_000);
  return {
    mappings: async () => {
      const leased = existsSync(leases) ? readFileSync(leases, 'utf8').split('\n').filter(Boolean) : [];
      const listed = await lab.run(namespace, ['nft', 'list', 'table', 'inet', 'miniupnpd']);
      if (listed.code !== 0) throw new Error(`nft: ${listed.stderr}`);
      const rules = listed.stdout.split('\n').map((line) => line.trim());
      return [...leased, ...rules.filter((line) => !/^(table|chain) .*\{$|^type nat hook |^\}?$/.test(line))];
    },
    log: () => `${daemon.stdout()}${daemon.stderr()}`,
    stop: () => daemon.stop(),
  };
}
