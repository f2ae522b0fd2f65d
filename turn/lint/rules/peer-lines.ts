/** Lines of denied-peer-ip and allowed-peer-ip that do something else than they say. */
import { formatRange, isPrefix } from '../address.ts';
import { peerEntries } from '../peer-range.ts';
import { atValue, type Rule, replaceLine } from '../rule.ts';

const wanted = 'FIRST-LAST, e.g. denied-peer-ip=10.0.0.0-10.255.255.255';

export const peerLineRules: readonly Rule[] = [
  {
    number: 6,
    name: 'peer-range-cidr',
    severity: 'critical',
    title: 'A peer range in CIDR notation',
    why: 'coturn logs “Wrong address format”, drops the rule and runs on without it; from 4.11 it refuses to start.',
    fix: `Write ${wanted}.`,
    check(config) {
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (peers.kind !== 'cidr') return [];
        const message = `coturn reads no CIDR: this ${entry.option} is void.`;
        if (peers.range === null) return [atValue(entry, message, `Write ${wanted}.`)];
        const line = `${entry.option}=${formatRange(peers.range)}`;
        return [atValue(entry, message, line, { edit: replaceLine(entry, line) })];
      });
    },
  },
  {
    number: 7,
    name: 'peer-range-list',
    severity: 'critical',
    title: 'Several peer ranges on one line',
    why: 'coturn takes one range per line; a list is dropped as a whole.',
    fix: 'One line per range.',
    check(config) {
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (peers.kind !== 'list') return [];
        const lines = peers.parts.map((part) => `${entry.option}=${part}`);
        const message = 'Several ranges stand on one line: all of them are void.';
        return [atValue(entry, message, lines.join('\n'), { edit: replaceLine(entry, ...lines) })];
      });
    },
  },
  {
    number: 8,
    name: 'peer-range-reversed',
    severity: 'critical',
    title: 'A peer range that ends before it begins',
    why: 'coturn logs the range as active, and it matches nothing.',
    fix: 'Swap both ends.',
    check(config) {
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (peers.kind !== 'reversed') return [];
        const line = `${entry.option}=${formatRange(peers.range)}`;
        const message = 'The range ends before it begins: it matches no address.';
        return [atValue(entry, message, line, { edit: replaceLine(entry, line) })];
      });
    },
  },
  {
    number: 10,
    name: 'peer-range-not-an-address',
    severity: 'high',
    title: 'A peer rule that is no address range',
    why: 'A host name is resolved once at start and stands for one address; anything else is dropped with a line in the log.',
    fix: `Write ${wanted}.`,
    check(config) {
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (peers.kind === 'hostname') {
          const message = 'A host name: only the address that it has at start is meant.';
          return [atValue(entry, message, `Write ${wanted}.`)];
        }
        if (peers.kind !== 'malformed' && peers.kind !== 'empty') return [];
        return [atValue(entry, `No address range: this ${entry.option} is void.`, `Write ${wanted}.`)];
      });
    },
  },
  {
    number: 34,
    name: 'ipv6-range-unaligned',
    severity: 'critical',
    title: 'An IPv6 range that is not one prefix',
    why: 'Before 4.16 coturn compares IPv6 ranges byte by byte: a range that is not aligned to a prefix blocks nothing, not even its own two ends.',
    fix: 'Split the range into whole prefixes, or upgrade to 4.16.',
    check(config) {
      if (!config.before('4.16.0')) return [];
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (peers.kind !== 'range' || peers.range.bits !== 128 || isPrefix(peers.range)) return [];
        const message = `coturn ${config.version.text} matches nothing with an IPv6 range that is not one prefix.`;
        return [atValue(entry, message, 'Split the range into whole prefixes, or upgrade to 4.16.')];
      });
    },
  },
];
