/** One side of a transport address: an IP literal (never a name) and a port. Comparisons use {@link sameEndpoint}. */
export interface Endpoint {
  /** IPv4 dotted quad or IPv6 text (no brackets, no zone). */
  readonly address: string;
  /** 0–65535. */
  readonly port: number;
}

export type AddressFamily = 'ipv4' | 'ipv6';

export function familyOf(address: string): AddressFamily {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address === b.address;
}

/** `192.0.2.1:3478`, `[2001:db8::1]:3478` – also usable as a map key. */
export function formatEndpoint(endpoint: Endpoint): string {
  return endpoint.address.includes(':')
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`;
}
