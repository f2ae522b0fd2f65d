import { canonicalAddress } from '../../stun/address.ts';
import type { Endpoint } from '../../stun/endpoint.ts';

/** An address, or one port of it. */
export interface EndpointPattern {
  readonly address: string;
  /** Null: any. */
  readonly port: number | null;
}

/** `192.0.2.1`, `192.0.2.1:3478`, `2001:db8::1`, `[2001:db8::1]:3478`; null for anything else. */
export function parseEndpointPattern(text: string): EndpointPattern | null {
  const whole = canonicalAddress(text);
  if (whole !== null) return { address: whole, port: null };
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const address = canonicalAddress(parts?.[1] ?? parts?.[2] ?? '');
  const port = Number(parts?.[3]);
  return address === null || !(port <= 65535) ? null : { address, port };
}

export function fitsPattern({ address, port }: EndpointPattern, endpoint: Endpoint): boolean {
  return endpoint.address === address && (port === null || endpoint.port === port);
}
