import type { Dependence } from '../nat-behaviour.ts';
import { chain, keyOf, keyTypes, lans, learned, wan } from './nft-text.ts';

/**
 * `stateful`: only what was asked for comes in; without a NAT this is the "symmetric UDP firewall" of RFC 3489.
 * `udp-blocked`: no UDP either way, in silence. `udp-rejected`: the sender gets ICMP administratively prohibited.
 * `tcp-443-only`: nothing but TCP to port 443, the rest in silence.
 */
export type FirewallSpec =
  | { readonly kind: 'stateful'; readonly filtering: Dependence; readonly lifetimeSec?: number }
  | { readonly kind: 'udp-blocked' }
  | { readonly kind: 'udp-rejected' }
  | { readonly kind: 'tcp-443-only' };

/** What rules for one family of addresses say in other words than those for the other. */
const families = {
  ip: { address: 'ipv4_addr', prohibited: 'icmp type admin-prohibited' },
  ip6: { address: 'ipv6_addr', prohibited: 'icmpv6 type admin-prohibited' },
} as const;
export type FirewallFamily = keyof typeof families;

/**
 * The nftables text for a router namespace with interfaces `wan` and `lan0`, `lan1`, …
 * @param table its name: a router may have several firewalls
 */
export function firewallRules(
  spec: FirewallSpec,
  family: FirewallFamily = 'ip',
  table = 'polynya_firewall',
): string {
  return [`# firewall: ${spec.kind}`, `table ${family} ${table} {`, ...body(spec, family), '}', ''].join(
    '\n',
  );
}

function body(spec: FirewallSpec, family: FirewallFamily): string[] {
  const words = families[family];
  // Before the NAT's own forward chain, so that a firewall also stands in front of a NAT.
  const forward = 'type filter hook forward priority filter - 10';
  switch (spec.kind) {
    case 'stateful': {
      const lifetimeSec = spec.lifetimeSec ?? 30;
      const receiver = { address: `${family} daddr`, port: 'udp dport' };
      const sender = { address: `${family} saddr`, port: 'udp sport' };
      const endpoint = [words.address, 'inet_service'];
      const types = { ...keyTypes, address: words.address };
      return [
        `  # ${spec.filtering} filtering; permissions live ${lifetimeSec} s after the last outbound packet`,
        learned('set', 'perm', keyOf(endpoint, spec.filtering, types), lifetimeSec),
        chain('forward', forward, [
          `iifname ${lans} meta l4proto udp update @perm { ${keyOf([sender.address, sender.port], spec.filtering, receiver)} }`,
          `iifname ${wan} meta l4proto udp ${keyOf([receiver.address, receiver.port], spec.filtering, sender)} @perm accept`,
          `iifname ${wan} meta l4proto != udp ct state established,related accept`,
          `iifname ${wan} drop`,
        ]),
        chain('input', 'type filter hook input priority filter', [`iifname ${wan} meta l4proto udp drop`]),
      ];
    }
    case 'udp-blocked':
      return [
        chain('forward', forward, ['meta l4proto udp drop']),
        chain('input', 'type filter hook input priority filter - 10', ['meta l4proto udp drop']),
      ];
    case 'udp-rejected':
      return [
        chain('forward', forward, [
          `iifname ${lans} meta l4proto udp reject with ${words.prohibited}`,
          `iifname ${wan} meta l4proto udp drop`,
        ]),
        chain('input', 'type filter hook input priority filter - 10', [
          `iifname ${wan} meta l4proto udp drop`,
        ]),
      ];
    case 'tcp-443-only':
      return [
        chain('forward', `${forward}; policy drop`, [
          `iifname ${wan} ct state established,related accept`,
          `iifname ${lans} tcp dport 443 accept`,
        ]),
      ];
  }
}
