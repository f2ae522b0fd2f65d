/** Whom the relay may talk to: without limits it is a door into the server's own networks. */
import {
  type AddressRange,
  contains,
  covers,
  denialsOf,
  embeddedIpv4Ranges,
  formatRange,
  holdsEverything,
  platformV4,
  type SpecialRange,
  specialV4,
  specialV6,
} from '../address.ts';
import type { LintConfig } from '../config.ts';
import { ownPeerAddresses, relayAddresses } from '../own-addresses.ts';
import { peerEntries, rangesOf } from '../peer-range.ts';
import { append, at, atValue, commentOut, missing, type Rule, type RuleFinding } from '../rule.ts';

function notDenied(config: LintConfig, special: readonly SpecialRange[]): SpecialRange[] {
  const denied = rangesOf(config, 'denied-peer-ip');
  const texts = denied.map(formatRange);
  const isCovered = (range: AddressRange) =>
    covers(denied, range) ||
    (holdsEverything(range) && embeddedIpv4Ranges.every((text) => texts.includes(text)));
  // coturn denies loopback by itself; allow-loopback-peers is rule 36.
  return special.filter(({ cidr, range }) => cidr !== '127.0.0.0/8' && !isCovered(range));
}

function openRanges(config: LintConfig, special: readonly SpecialRange[], family: string): RuleFinding[] {
  if (config.isOn('stun-only')) return [];
  const open = notDenied(config, special);
  if (open.length === 0) return [];
  const lines = open.flatMap(({ range }) => denialsOf(range)).map((text) => `denied-peer-ip=${text}`);
  const names = open.map(({ cidr, what }) => `${cidr} (${what})`).join(', ');
  const message = `Clients may relay to special ${family} addresses: ${names}.`;
  return [missing('denied-peer-ip', message, lines.join('\n'), { edit: append(...lines) })];
}

/** IPv6 can be relayed unless every address that the server may use is IPv4. */
function relaysV6(config: LintConfig): boolean {
  const own = relayAddresses(config);
  return own.length === 0 || own.some(({ value }) => value?.includes(':'));
}

/** Who wrote `no-tcp-relay=0` meant it: the finding stays, the repair does not. */
function turnOn(config: LintConfig, flag: string, message: string): RuleFinding {
  const entry = config.last(flag);
  return entry === undefined
    ? missing(flag, message, flag, { edit: append(flag) })
    : atValue(entry, message, flag);
}

/** All of IPv4, or all of IPv6’s global unicast addresses (RFC 4291 section 2.5.4). */
function holdsAll({ bits, first, last }: AddressRange): boolean {
  return bits === 32
    ? first === 0n && last === (1n << 32n) - 1n
    : first <= 1n << 125n && last >= (1n << 126n) - 1n;
}

function size({ first, last }: AddressRange): bigint {
  return last - first + 1n;
}

export const peerRules: readonly Rule[] = [
  {
    number: 30,
    name: 'own-address-denied',
    severity: 'high',
    title: 'The deny list covers the server’s own address',
    why: 'Two clients that both need the relay reach each other through its own address; denied, their calls fail with 403. Behind external-ip coturn translates its public address to the private one before it looks at the rules, so there the private one counts.',
    fix: 'allowed-peer-ip=<own address>, that one address alone: the public one, or behind external-ip the private one. Keep other services of the host behind its firewall then.',
    check(config) {
      const allowed = rangesOf(config, 'allowed-peer-ip');
      return ownPeerAddresses(config).flatMap(({ text, address, translated }) => {
        if (allowed.some((range) => contains(range, address))) return [];
        return peerEntries(config).flatMap(({ entry, peers }) => {
          if (entry.option !== 'denied-peer-ip' || peers.kind !== 'range') return [];
          // Who denies every address means it: an allow-list, for media servers alone.
          if (!contains(peers.range, address) || holdsAll(peers.range)) return [];
          const message = `The range holds the server’s own address ${text}: relay to relay fails with 403.`;
          // Who needs no relay to relay does well to leave the private address closed.
          const extra = translated ? ({ severity: 'medium' } as const) : {};
          return [atValue(entry, message, `allowed-peer-ip=${text}`, extra)];
        });
      });
    },
  },
  {
    number: 31,
    name: 'allowed-range-wide',
    severity: 'high',
    title: 'A wide allowed-peer-ip',
    why: 'allowed-peer-ip overrides every deny rule.',
    fix: 'Single addresses, or a range of at most 256 (IPv6: a /64).',
    check(config) {
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (entry.option !== 'allowed-peer-ip' || peers.kind !== 'range') return [];
        if (size(peers.range) <= (peers.range.bits === 32 ? 256n : 1n << 64n)) return [];
        const message = 'The range overrides all deny rules for many addresses.';
        return [atValue(entry, message, 'Allow only the addresses that clients need.')];
      });
    },
  },
  {
    number: 32,
    name: 'ipv4-special-ranges-open',
    severity: 'critical',
    title: 'Special IPv4 ranges are not denied',
    why: 'Every client may make the server talk to its private networks, to carrier networks and to the metadata service of its cloud (169.254.169.254): server-side request forgery.',
    fix: 'denied-peer-ip for each range; `--fix` writes them.',
    check: (config) => openRanges(config, [...specialV4, ...platformV4], 'IPv4'),
  },
  {
    number: 33,
    name: 'ipv6-special-ranges-open',
    severity: 'critical',
    title: 'Special IPv6 ranges are not denied',
    why: 'With a relay that can speak IPv6 the private IPv4 networks are reachable a second time, through mapped, translated and tunnelled forms, and so are the IPv6 ones.',
    fix: 'denied-peer-ip for each range, or only IPv4 in relay-ip; `--fix` writes the ranges.',
    check: (config) => (relaysV6(config) ? openRanges(config, specialV6, 'IPv6') : []),
  },
  {
    number: 35,
    name: 'multicast-peers-open',
    severity: 'medium',
    title: 'Multicast peers are allowed',
    why: 'Without no-multicast-peers a client may send to multicast and broadcast groups of the server’s network.',
    fix: 'no-multicast-peers',
    check(config) {
      if (config.isOn('no-multicast-peers') || config.isOn('stun-only')) return [];
      const message = 'Clients may send to multicast and broadcast addresses.';
      return [turnOn(config, 'no-multicast-peers', message)];
    },
  },
  {
    number: 36,
    name: 'loopback-peers-allowed',
    severity: 'critical',
    title: 'Loopback peers are allowed',
    why: 'Every client reaches what listens only on the server’s own loopback: databases, the CLI, admin pages.',
    fix: 'Remove allow-loopback-peers.',
    check(config) {
      const entry = config.last('allow-loopback-peers');
      if (entry === undefined || !config.isOn('allow-loopback-peers')) return [];
      const message = 'Clients reach services on the server’s own loopback.';
      return [at(entry, message, 'Remove the line.', { edit: commentOut(entry) })];
    },
  },
  {
    number: 37,
    name: 'server-relay',
    severity: 'critical',
    title: 'server-relay turns permissions off',
    why: 'Anybody who reaches a relayed port may send through it: the permissions of RFC 8656 section 9 are gone.',
    fix: 'Remove server-relay.',
    check(config) {
      const entry = config.last('server-relay');
      if (entry === undefined || !config.isOn('server-relay')) return [];
      return [
        at(entry, 'Permissions are not checked any more.', 'Remove the line.', { edit: commentOut(entry) }),
      ];
    },
  },
  {
    number: 38,
    name: 'tcp-relay-open',
    severity: 'high',
    title: 'TCP relaying is on',
    why: 'With RFC 6062 clients open TCP connections from the server: port scans and requests to inner web services. WebRTC never needs it.',
    fix: 'no-tcp-relay',
    check(config) {
      // Without the UDP relay nothing would be left; rule 50 looks at that.
      if (config.isOn('no-tcp-relay') || config.isOn('no-udp-relay') || config.isOn('stun-only')) return [];
      const message = 'Clients may open TCP connections from this server; WebRTC never needs that.';
      return [turnOn(config, 'no-tcp-relay', message)];
    },
  },
];
