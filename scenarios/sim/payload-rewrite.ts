import type { Endpoint } from '../../stun/endpoint.ts';
import type { Rewrite } from './sim-routes.ts';

/**
 * What a generic application-level gateway does to a packet: wherever the external IPv4 endpoint stands as port and
 * address (the layout of MAPPED-ADDRESS, RFC 8489 §14.1), the internal one is put in its place.
 */
export function rewritePayload(bytes: Uint8Array, rewrites: readonly Rewrite[]): Uint8Array {
  if (rewrites.length === 0) return bytes;
  const changed = bytes.slice();
  for (const { from, to } of rewrites) {
    const wanted = portAndAddress(from);
    const replacement = portAndAddress(to);
    for (let at = 0; at + wanted.length <= changed.length; at += 1) {
      if (wanted.every((byte, index) => changed[at + index] === byte)) changed.set(replacement, at);
    }
  }
  return changed;
}

function portAndAddress({ address, port }: Endpoint): number[] {
  return [port >> 8, port & 0xff, ...address.split('.').map(Number)];
}
