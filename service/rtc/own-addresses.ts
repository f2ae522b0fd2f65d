/** Addresses of this host that a peer of ours may be reached at. */
import { networkInterfaces } from 'node:os';

export const loopbackAddresses: readonly string[] = ['127.0.0.1', '::1'];

/** Beyond loopback, and not only valid on one link. */
export function outsideAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((entry) => !entry.internal && !entry.address.toLowerCase().startsWith('fe80:'))
    .map((entry) => entry.address);
}

/** Null: all addresses. Without any but loopback the library finds no candidate, unless told to bind loopback. */
export function bindAddressOf(place: {
  readonly bindAddress: string | null;
  readonly clientIsLocal: boolean;
}): string | null {
  if (place.bindAddress !== null) return place.bindAddress;
  return place.clientIsLocal && outsideAddresses().length === 0 ? '127.0.0.1' : null;
}
