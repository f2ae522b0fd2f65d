/** IP addresses in a text, cut to their network, which is enough to compare them, or to their family. Pure. */

/** Not part of a longer number, name or product version (`Chrome/140.0.0.0`). */
const ipv4 = /(?<![\w.]|[A-Za-z]\/)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w]|\.\d)/g;
/** Whatever has the signs of an IPv6 address (RFC 4291 §2.2) and two colons; `shortenIpv6` tells. */
const ipv6 = /(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:(?:[0-9A-Fa-f:]|\.(?=\d))*(?![\w:])/g;

/**
 * IPv4 to its /24 (`203.0.113.x`), IPv6 to its /48 (`2001:db8:1::x`). Loopback and “any” name nobody and stay. Where an
 * IPv6 network is made of an IPv4 address (6to4), no more of it stays than of that.
 */
export function shortenAddresses(text: string): string {
  return eachAddress(text, { ipv4: ([a, b, c]) => `${a}.${b}.${c}.x`, ipv6: networkOf });
}

/** Nothing stays but that there was an address, and of which family: `x.x.x.x`, `x::x`. */
export function removeAddresses(text: string): string {
  const all = eachAddress(text, { ipv4: () => 'x.x.x.x', ipv6: () => 'x::x' });
  return all.replace(shortIpv4, 'x.x.x.x').replace(shortIpv6, 'x::x');
}

/** What {@link shortenAddresses} has left: a report may have been cut before. */
const shortIpv4 = /(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.x(?![\w.])/g;
const shortIpv6 = /(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){1,3}:x(?![\w:])/g;

interface Cuts {
  readonly ipv4: (parts: readonly string[]) => string;
  readonly ipv6: (groups: readonly number[]) => string;
}

function eachAddress(text: string, cuts: Cuts): string {
  return text
    .replace(ipv6, (found) => {
      // In a sentence a colon may follow it.
      const after = /[^:]:$/.test(found) ? ':' : '';
      const cut = cutIpv6(found.slice(0, found.length - after.length), cuts);
      return cut === null ? found : cut + after;
    })
    .replace(ipv4, (found, ...parts: string[]) => cutIpv4(found, parts.slice(0, 4), cuts));
}

function cutIpv4(found: string, parts: readonly string[], cuts: Cuts): string {
  if (parts.some((part) => Number(part) > 255)) return found;
  if (parts[0] === '127' || parts.every((part) => part === '0')) return found;
  return cuts.ipv4(parts);
}

/** Null: not an address after all, or one that names nobody. */
function cutIpv6(found: string, cuts: Cuts): string | null {
  // The last 32 bits may be written as IPv4 (RFC 4291 §2.2.3); the network in front of them decides.
  const text = found.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0');
  if (text.includes('.')) return null;
  const groups = groupsOf(text);
  if (groups === null || groups.slice(0, 7).every((group) => group === 0)) return null;
  // An IPv4-mapped address (RFC 4291 §2.5.5.2) is an IPv4 address.
  if (text !== found && groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) return null;
  return cuts.ipv6(groups);
}

/** Of a 6to4 network (RFC 3056 §2) the 32 bits behind 2002 are somebody’s IPv4 address. */
function networkOf([first = 0, second = 0, third = 0]: readonly number[]): string {
  const network = [first, second, first === 0x2002 ? third & 0xff00 : third].map((group) =>
    group.toString(16),
  );
  while (network.at(-1) === '0') network.pop();
  return `${network.join(':')}::x`;
}

/** The eight groups; null: not an IPv6 address. */
function groupsOf(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  return groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}
