/**
 * The native library binds the wildcard address but announces neither loopback nor addresses that only exist
 * outside (1:1 NAT of a cloud host). This adds them, with the port that is really bound.
 */
import { familyOf } from '../../stun/endpoint.ts';

/** Strips the `a=` that the library writes and browsers do not expect. */
export function candidateValue(line: string): string {
  return line.startsWith('a=') ? line.slice(2) : line;
}

/**
 * Copies of a host candidate for other addresses of the same socket. Each has its own foundation, because it
 * has another base address (RFC 8445 §5.1.1.3), and a lower local preference than the original.
 */
export function copiesFor(candidate: string, addresses: readonly string[]): string[] {
  const parts = candidate.split(' ');
  const own = parts[4];
  const priority = Number(parts[3]);
  if (own === undefined || parts[7] !== 'host' || !Number.isSafeInteger(priority)) return [];
  const family = familyOf(own);
  return addresses
    .filter((address) => address !== own && familyOf(address) === family)
    .map((address, index) => {
      const copy = [...parts];
      copy[0] = `candidate:9${index}${family === 'ipv4' ? 4 : 6}`;
      // The local preference stands in bits 8–23 of the priority (RFC 8445 §5.1.2.1).
      copy[3] = String(Math.max(1, priority - 256 * (index + 1)));
      copy[4] = address;
      return copy.join(' ');
    });
}

/** A listener for the library’s candidates: passes each on, and once for each further address a copy. */
export function withCopies(
  addresses: readonly string[],
  tell: (candidate: string, mid: string) => void,
): (line: string, mid: string) => void {
  const copied = new Set<string>();
  return (line, mid) => {
    const candidate = candidateValue(line);
    tell(candidate, mid);
    for (const copy of copiesFor(candidate, addresses)) {
      const address = copy.split(' ')[4] ?? '';
      if (copied.has(address)) continue;
      copied.add(address);
      tell(copy, mid);
    }
  };
}

/**
 * A host candidate of our own making (RFC 8839 §5.1). `rank` 0 is preferred; the priority follows RFC 8445
 * §5.1.2.1 with type preference 126 and component 1.
 */
export function hostCandidate(address: string, port: number, rank: number): string {
  const priority = 126 * 2 ** 24 + (65_535 - rank) * 256 + 255;
  return `candidate:8${rank} 1 UDP ${priority} ${address} ${port} typ host`;
}
