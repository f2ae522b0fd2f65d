/** Lines of denied-peer-ip and allowed-peer-ip that do something else than they say. */
import {
  type AddressRange,
  covers,
  denialsOf,
  embeddedIpv4Ranges,
  formatRange,
  holdsEverything,
  isPrefix,
  prefixesOf,
} from '../address.ts';
import type { ConfEntry } from '../parse-conf.ts';
import { peerEntries, rangesOf } from '../peer-range.ts';
import { atValue, commentOut, type Rule, type RuleFinding, replaceLine } from '../rule.ts';

const wanted = 'FIRST-LAST, e.g. denied-peer-ip=10.0.0.0-10.255.255.255';

const wholeOfIpv4: AddressRange = { bits: 32, first: 0n, last: 0xffff_ffffn };

/** More lines than this are no repair any more; the operator had better choose a wider prefix. */
const mostPrefixes = 40;

function instead(entry: ConfEntry, ranges: readonly string[], message: string): RuleFinding {
  const lines = ranges.map((range) => `${entry.option}=${range}`);
  return atValue(entry, message, lines.join('\n'), { edit: replaceLine(entry, ...lines) });
}

function everyPeer(entry: ConfEntry, range: AddressRange): RuleFinding {
  const message = `coturn takes the zero address for any address: this ${entry.option} fits every IPv4 peer.`;
  if (entry.option === 'allowed-peer-ip')
    return atValue(entry, message, 'Remove the line.', { edit: commentOut(entry) });
  if (range.bits === 32) return instead(entry, ['0.0.0.0-0.255.255.255'], message);
  const ranges = denialsOf(range);
  // Without :: itself, which coturn refuses by itself.
  return ranges.length > 1
    ? instead(entry, ranges, message)
    : splitIntoPrefixes(entry, { ...range, first: 1n }, message);
}

function splitIntoPrefixes(entry: ConfEntry, range: AddressRange, message: string): RuleFinding {
  const prefixes = prefixesOf(range);
  return prefixes.length > mostPrefixes
    ? atValue(entry, message, 'Write whole prefixes, one line each, or upgrade to 4.16.')
    : instead(entry, prefixes.map(formatRange), message);
}

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
        return [
          atValue(
            entry,
            'No plain address range: coturn drops it, or reads it in another way.',
            `Write ${wanted}.`,
          ),
        ];
      });
    },
  },
  {
    number: 34,
    name: 'ipv6-range-unaligned',
    severity: 'critical',
    title: 'A range that coturn compares in another way',
    why: 'Before 4.16 coturn compares IPv6 ranges byte by byte: a range that is not aligned to a prefix blocks nothing, not even its own two ends. And it takes the zero address for any: a range that begins with ::, or 0.0.0.0 or :: alone, fits every IPv4 peer; denied, all of them get 403 (measured on 4.6.1).',
    fix: 'Split the range into whole prefixes, or upgrade to 4.16; `--fix` does.',
    check(config) {
      if (!config.before('4.16.0')) return [];
      const deniesAll = covers(rangesOf(config, 'denied-peer-ip'), wholeOfIpv4);
      return peerEntries(config).flatMap(({ entry, peers }) => {
        if (peers.kind !== 'range') return [];
        // Where all of IPv4 is denied on purpose, nothing more is.
        if (holdsEverything(peers.range) && entry.option === 'denied-peer-ip' && deniesAll) return [];
        if (holdsEverything(peers.range)) return [everyPeer(entry, peers.range)];
        if (peers.range.bits === 32) return [];
        if (isPrefix(peers.range) || embeddedIpv4Ranges.includes(formatRange(peers.range))) return [];
        const message = `coturn ${config.version.text} matches nothing with an IPv6 range that is not one prefix.`;
        return [splitIntoPrefixes(entry, peers.range, message)];
      });
    },
  },
];
