/** IPv4 addresses inside IPv6 ones (RFC 6052), and how a host learns which prefix its network uses (RFC 7050). */
import ipaddr from 'ipaddr.js';

export interface Nat64Prefix {
  /** Sixteen bytes, zero behind the prefix. */
  readonly bytes: readonly number[];
  /** Bits: one of 32, 40, 48, 56, 64, 96 (RFC 6052 §2.2). */
  readonly length: number;
}

/**
 * RFC 6052 §2.2: where the four bytes of the IPv4 address stand for each prefix length. Byte 8 (bits 64–71) is zero and
 * skipped.
 */
const positions: ReadonlyMap<number, readonly number[]> = new Map([
  [32, [4, 5, 6, 7]],
  [40, [5, 6, 7, 9]],
  [48, [6, 7, 9, 10]],
  [56, [7, 9, 10, 11]],
  [64, [9, 10, 11, 12]],
  [96, [12, 13, 14, 15]],
]);

/** RFC 7050 §2.2: the addresses that `ipv4only.arpa` has. */
const wellKnown = [
  [192, 0, 0, 170],
  [192, 0, 0, 171],
];
export const wellKnownName = 'ipv4only.arpa';

/** Prefixes that the AAAA records of {@link wellKnownName} give away; empty where none holds a known address. */
export function prefixesIn(addresses: readonly string[]): Nat64Prefix[] {
  const found = addresses.flatMap((address): Nat64Prefix[] => {
    if (!ipaddr.IPv6.isValid(address)) return [];
    const bytes = ipaddr.IPv6.parse(address).toByteArray();
    const fits = [...positions].filter(([, at]) =>
      wellKnown.some((ipv4) => ipv4.every((byte, index) => bytes[at[index] ?? 0] === byte)),
    );
    // RFC 7050 §3: more than one place is possible only by accident; then the address says nothing.
    const [only] = fits;
    if (only === undefined || fits.length > 1) return [];
    const [length] = only;
    return [{ bytes: bytes.map((byte, index) => (index < length / 8 ? byte : 0)), length }];
  });
  return [...new Map(found.map((prefix) => [formatPrefix(prefix), prefix])).values()];
}

/** The IPv6 address under which this network's translator knows the IPv4 address. */
export function embed({ bytes, length }: Nat64Prefix, ipv4: string): string {
  const octets = ipaddr.IPv4.parse(ipv4).toByteArray();
  const whole = [...bytes];
  for (const [index, at] of (positions.get(length) ?? []).entries()) whole[at] = octets[index] ?? 0;
  return ipaddr.fromByteArray(whole).toString();
}

export function formatPrefix({ bytes, length }: Nat64Prefix): string {
  return `${ipaddr.fromByteArray([...bytes]).toString()}/${length}`;
}

/** RFC 7335 §4: 192.0.0.0/29 is what a CLAT (464XLAT) gives to its own host. */
export function isClatAddress(address: string): boolean {
  if (!ipaddr.IPv4.isValid(address)) return false;
  return ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parse('192.0.0.0'), 29);
}
