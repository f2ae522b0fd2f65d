/** What a lab is asked to be, and how it is laid out. */
import type { PortMapping } from '../../contract/port-mapping.ts';
import type { FirewallSpec } from './firewall-rules.ts';
import type { LineSpec, LossSpec } from './line-spec.ts';
import type { NatSpec } from './nat-spec.ts';

/** A router on the way out. With neither a NAT nor a firewall it just routes. */
export interface BoxSpec {
  readonly nat: NatSpec | null;
  readonly firewall: FirewallSpec | null;
  /** Hosts without IPv4 reach IPv4 through it (RFC 6146); what its NAT does to their packets, it does to these. */
  readonly nat64?: boolean;
  /** Hosts behind it may ask it for ports of its NAT, over these protocols. Default: over none. */
  readonly portMapping?: readonly PortMapping[];
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
  /** Default: none. */
  readonly ipv6?: SiteIpv6;
  /** Do its hosts have IPv4? Default true. */
  readonly ipv4?: boolean;
  /** Default: none. */
  readonly vpn?: VpnSpec;
}

/** A tunnel from each host of a site into the innermost router of another one, which takes it for a host of its own. */
export interface VpnSpec {
  /** Index of the other site. */
  readonly gateway: number;
  /** true: only what is in the gateway's network goes through it; false: all but the hosts' own network. */
  readonly split: boolean;
}

/**
 * `open`: global addresses, and nothing in the way but its firewalls · `firewall`: global, and its outermost router lets in
 * what was asked for only (RFC 6092) · `local`: unique local addresses (RFC 4193), with no way out.
 */
export type SiteIpv6 = 'open' | 'firewall' | 'local';

export interface LabSpec {
  /** All namespaces start with it; what a run leaves behind is found by it. */
  readonly prefix: string;
  readonly sites: readonly SiteSpec[];
  /** Share of UDP packets lost in the core, 0–1. */
  readonly lossRate: number;
  /** First two octets of what plays the Internet. */
  readonly publicNet: string;
  /** The server has an IPv6 address too. Default false. */
  readonly serverIpv6?: boolean;
}

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
  readonly server: {
    readonly namespace: string;
    readonly addresses: readonly [string, string];
    readonly ipv6?: readonly [string, string];
  };
  readonly sites: readonly SitePlan[];
  readonly namespaces: readonly NamespacePlan[];
  readonly links: readonly {
    readonly a: LinkEnd;
    readonly b: LinkEnd;
    /** In bytes. Default: that of Ethernet. */
    readonly mtu?: number;
  }[];
}
