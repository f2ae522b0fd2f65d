/** A situation as data: what the network is made of, and what is true about it. */
import type { Behaviour, NatSummary } from '../../contract/nat-report.ts';
import type { ConntrackBoxOptions } from '../../scenarios/sim/conntrack-box.ts';
import type { NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import type { UdpPolicy } from '../../scenarios/sim/sim-host.ts';
import type { AddressFamily } from '../../stun/endpoint.ts';
import type { ServerKind } from './server-kinds.ts';

export type Layer =
  | ({ readonly kind: 'nat' } & Omit<NatBoxOptions, 'addresses' | 'seed'>)
  | ({ readonly kind: 'conntrack' } & Pick<ConntrackBoxOptions, 'acceptsInput'>);

export interface World {
  /** Between the host and the internet, innermost first; two are a home router behind a carrier’s NAT. */
  readonly layers: readonly Layer[];
  /** External addresses of the outermost layer. Default 1. */
  readonly pool?: number;
  /** Default `ipv4`. */
  readonly family?: AddressFamily;
  /** Default `full`. */
  readonly server?: ServerKind;
  readonly udp?: UdpPolicy;
  /** TCP ports that a firewall lets out. Default: all. */
  readonly tcpPortsOut?: readonly number[];
  /** The server is also known, and serves, over TCP at this port, as in `turn:HOST:443?transport=tcp`. */
  readonly fallbackPort?: number;
  /**
   * Another host behind the same layers that has just spoken to the server, from the very ports which this host is
   * going to use: to all its endpoints, or to its alternate endpoint only.
   */
  readonly neighbour?: 'all-endpoints' | 'alternate-only';
  /** Runs follow each other within seconds through the same NAT, which remembers. Default: each run starts afresh. */
  readonly repeated?: boolean;
}

export type Axis = 'mapping' | 'filtering';

export interface Truth {
  /** Null: nothing can be true about it, as no UDP comes through. */
  readonly mapping: Behaviour | null;
  readonly filtering: Behaviour | null;
  readonly behindNat: boolean | null;
  readonly udp: NatSummary['udp'];
  /**
   * From this round trip on no answer can get back, whoever is to blame: then "blocked" is true as well, and all that
   * can be said. 0: always; absent: never.
   */
  readonly mutedFromRttMs?: number;
  readonly ipPooling?: NatSummary['ipPooling'];
  /** Does something rewrite payloads? */
  readonly alg?: boolean;
}

export interface Cell {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly group: CellGroup;
  readonly label: string;
  readonly world: World;
  readonly truth: Truth;
  /**
   * What nobody could find out here, and how the reason for "inconclusive" then reads. Any other open verdict must
   * have one of `lossReasons`.
   */
  readonly open?: Partial<Record<Axis | 'udp', RegExp>>;
}

export const cellGroups = {
  nine: 'The nine classes of RFC 4787',
  corner: 'No NAT, firewalls, and behaviour that depends on the port only',
  ports: 'Pools, clashing ports, repeated runs, short timeouts',
  chain: 'Two NATs in a row',
  server: 'Servers with faults',
  path: 'UDP blocked, gateways that rewrite, IPv6',
} as const;
export type CellGroup = keyof typeof cellGroups;

export const shortName: Record<Behaviour, string> = {
  'endpoint-independent': 'EI',
  'address-dependent': 'AD',
  'port-dependent': 'PD',
  'address-and-port-dependent': 'APD',
  inconclusive: '?',
};
