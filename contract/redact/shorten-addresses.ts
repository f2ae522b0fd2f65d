/** IP addresses in a text, cut to their network: what a reader needs to compare, without the one that it names. Pure. */

/** Not part of a longer number, name or product version (`Chrome/140.0.0.0`). */
const ipv4 = /(?<![\w.]|[A-Za-z]\/)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\w]|\.\d)/g;
/** Whatever has the signs of an IPv6 address (RFC 4291 §2.2) and two colons; `shortenIpv6` tells. */
const ipv6 = /(?<![\w:.])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?![\w:])/g;

/** IPv4 to its /24 (`203.0.113.x`), IPv6 to its /48 (`2001:db8:1::x`). Loopback and “any” name nobody and stay. */
export function shortenAddresses(text: string): string {
  return text
    .replace(ipv6, (found) => shortenIpv6(found) ?? found)
    .replace(ipv4, (found, ...parts: string[]) => shortenIpv4(found, parts.slice(0, 4)));
}

function shortenIpv4(found: string, parts: readonly string[]): string {
  if (parts.some((part) => Number(part) > 255)) return found;
  if (parts[0] === '127' || parts.every((part) => part === '0')) return found;
  return `${parts.slice(0, 3).join('.')}.x`;
}

/** Null: not an address after all, or one that names nobody. */
function shortenIpv6(found: string): string | null {
  // The last 32 bits may be written as IPv4 (RFC 4291 §2.2.3); the network in front of them decides.
  const text = found.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0');
  if (text.includes('.')) return null;
  const groups = groupsOf(text);
  if (groups === null || groups.slice(0, 7).every((group) => group === 0)) return null;
  // An IPv4-mapped address (RFC 4291 §2.5.5.2) is an IPv4 address.
  if (text !== found && groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) return null;
  const network = groups.slice(0, 3).map((group) => group.toString(16));
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
