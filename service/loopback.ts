/** Who counts as this machine itself. */

/** 127.0.0.0/8, ::1, and the former inside IPv6 (::ffff:127.…). */
export function isLoopbackAddress(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  return plain === '::1' || /^127(?:\.\d{1,3}){3}$/.test(plain);
}

/** `localhost` and names under it always mean loopback (RFC 6761 §6.3). */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name);
}

/** The host of a `Host` header, without port and brackets; null when it is no valid one. */
export function hostOfHeader(header: string | undefined): string | null {
  if (header === undefined) return null;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^[\]:/?#@\s]+))(?::\d{1,5})?$/.exec(header);
  return match === null ? null : (match[1] ?? match[2] ?? null);
}

/** Every address of this machine: 0.0.0.0, ::. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** As it stands in a URL: IPv6 in brackets, IPv4-mapped addresses as IPv4, no zone. */
export function urlHost(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '');
  return plain.includes(':') ? `[${plain}]` : plain;
}
