/** Addresses and ranges as numbers, so that coverage and alignment can be judged. */
import ipaddr from 'ipaddr.js';

export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Both ends belong to the range. */
export interface AddressRange {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** A literal in full notation; host names, ports and short IPv4 forms give null. */
export function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return toAddress(ipaddr.IPv4.parse(text).toByteArray());
  if (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text)) {
    return toAddress(ipaddr.IPv6.parse(text).toByteArray());
  }
  return null;
}

function toAddress(bytes: readonly number[]): Address {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return { bits: bytes.length === 4 ? 32 : 128, value };
}

export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && (address.bits === 32 ? address.value >> 24n === 127n : address.value === 1n);
}

export function formatAddress({ bits, value }: Address): string {
  const length = bits / 8;
  const bytes = Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
  return bits === 32 ? bytes.join('.') : new ipaddr.IPv6(bytes).toRFC5952String();
}

/** `10.0.0.0/8`; null for anything else. Host bits are cleared. */
export function parseCidr(text: string): AddressRange | null {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] === undefined ? null : parseAddress(match[1]);
  const prefix = Number(match?.[2]);
  if (address === null || prefix > address.bits) return null;
  const size = 1n << BigInt(address.bits - prefix);
  const first = (address.value / size) * size;
  return { bits: address.bits, first, last: first + size - 1n };
}

export function formatRange({ bits, first, last }: AddressRange): string {
  const low = formatAddress({ bits, value: first });
  return first === last ? low : `${low}-${formatAddress({ bits, value: last })}`;
}

/**
 * What to deny so that a range is denied, as values of denied-peer-ip. Two faults of coturn's comparison are gone round
 * (measured on 4.6.1): a range that begins with :: holds every IPv4 address as well, and before 4.16 a range holds what
 * lies between its ends byte by byte. The four ranges for ::/96 leave out :: alone, which coturn refuses by itself.
 */
export function denialsOf(range: AddressRange): readonly string[] {
  const { bits, first, last } = range;
  return bits === 128 && first === 0n && last === 0xffff_ffffn ? embeddedIpv4Ranges : [formatRange(range)];
}

export const embeddedIpv4Ranges: readonly string[] = [
  '::1-::ffff:ffff',
  '::100-::ffff:ffff',
  '::1:0-::ffff:ffff',
  '::100:0-::ffff:ffff',
];

/** For coturn the zero address is any address: as the beginning of an IPv6 range, or standing alone, it fits every peer. */
export function holdsEverything({ bits, first, last }: AddressRange): boolean {
  return first === 0n && (bits === 128 || last === 0n);
}

export function contains(range: AddressRange, address: Address): boolean {
  return range.bits === address.bits && range.first <= address.value && address.value <= range.last;
}

export function covers(ranges: readonly AddressRange[], wanted: AddressRange): boolean {
  let next = wanted.first;
  const sorted = ranges
    .filter(({ bits }) => bits === wanted.bits)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  for (const { first, last } of sorted) {
    if (first > next) break;
    if (last >= next) next = last + 1n;
    if (next > wanted.last) return true;
  }
  return false;
}

/** One CIDR block: a power of two long and aligned to its length. */
export function isPrefix({ first, last }: AddressRange): boolean {
  const size = last - first + 1n;
  return size > 0n && (size & (size - 1n)) === 0n && first % size === 0n;
}

/** The fewest prefixes that make up the range, in order. */
export function prefixesOf({ bits, first, last }: AddressRange): AddressRange[] {
  const prefixes: AddressRange[] = [];
  for (let start = first; start <= last; ) {
    let size = 1n;
    while (start % (size * 2n) === 0n && start + size * 2n - 1n <= last) size *= 2n;
    prefixes.push({ bits, first: start, last: start + size - 1n });
    start += size;
  }
  return prefixes;
}

export interface SpecialRange {
  readonly cidr: string;
  readonly what: string;
  readonly range: AddressRange;
}

function special(rows: readonly { readonly cidr: string; readonly what: string }[]): readonly SpecialRange[] {
  return rows.map(({ cidr, what }) => {
    const range = parseCidr(cidr);
    if (range === null) throw new TypeError(`not a CIDR range: ${cidr}`);
    return { cidr, what, range };
  });
}

/** IANA's special-purpose addresses (RFC 6890 and later), without multicast. */
export const specialV4 = special([
  { cidr: '0.0.0.0/8', what: 'this host' },
  { cidr: '10.0.0.0/8', what: 'private' },
  { cidr: '100.64.0.0/10', what: 'carrier-grade NAT' },
  { cidr: '127.0.0.0/8', what: 'loopback' },
  { cidr: '169.254.0.0/16', what: 'link-local and cloud metadata' },
  { cidr: '172.16.0.0/12', what: 'private' },
  { cidr: '192.0.0.0/24', what: 'protocol assignments' },
  { cidr: '192.0.2.0/24', what: 'documentation' },
  { cidr: '192.88.99.0/24', what: '6to4 relays' },
  { cidr: '192.168.0.0/16', what: 'private' },
  { cidr: '198.18.0.0/15', what: 'benchmarks' },
  { cidr: '198.51.100.0/24', what: 'documentation' },
  { cidr: '203.0.113.0/24', what: 'documentation' },
  { cidr: '240.0.0.0/4', what: 'reserved and broadcast' },
]);

export const specialV6 = special([
  { cidr: '::/96', what: 'unspecified, loopback, IPv4-compatible' },
  { cidr: '::ffff:0:0/96', what: 'IPv4-mapped' },
  { cidr: '::ffff:0:0:0/96', what: 'IPv4-translated' },
  { cidr: '64:ff9b::/96', what: 'NAT64' },
  { cidr: '64:ff9b:1::/48', what: 'local NAT64' },
  { cidr: '100::/64', what: 'discard-only' },
  { cidr: '2001::/32', what: 'Teredo' },
  { cidr: '2001:db8::/32', what: 'documentation' },
  { cidr: '2002::/16', what: '6to4' },
  { cidr: '3fff::/20', what: 'documentation' },
  { cidr: '5f00::/16', what: 'segment routing' },
  { cidr: 'fc00::/7', what: 'unique local' },
  { cidr: 'fe80::/10', what: 'link-local' },
  { cidr: 'fec0::/10', what: 'site-local' },
]);

/** Public addresses that mean the cloud's own platform to a host inside of it. */
export const platformV4 = special([{ cidr: '168.63.129.16/32', what: 'platform of Azure' }]);

const multicast = special(['224.0.0.0/4', 'ff00::/8'].map((cidr) => ({ cidr, what: 'multicast' })));
export const specialRanges: readonly SpecialRange[] = [...specialV4, ...specialV6, ...multicast];

/** What the address is for; null: an ordinary public one. */
export function specialUse(address: Address): string | null {
  return specialRanges.find(({ range }) => contains(range, address))?.what ?? null;
}
