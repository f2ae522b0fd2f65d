/** Addresses that the service listens on and is reached by. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { ServeConfig } from '../contract/config.ts';
import { failure } from '../contract/failures.ts';
import { ServiceStartError } from './fault.ts';
import { isLoopbackAddress, isLoopbackName, isWildcard, urlHost } from './loopback.ts';

export interface StunAddresses {
  readonly address: string;
  /** Null: there is no second one, so no RFC 5780. */
  readonly alternateAddress: string | null;
}

/** The embedded STUN server’s addresses: as configured, else the service’s own; loopback comes with 127.0.0.2. */
export async function stunAddresses(config: ServeConfig): Promise<StunAddresses> {
  const wanted = config.stun.address ?? config.host;
  const address = isIP(wanted) === 0 ? await resolveName(wanted) : wanted;
  // The second address is on the linked host.
  if (config.stun.peer !== null) return { address, alternateAddress: address };
  if (config.stun.alternateAddress !== null) {
    return { address, alternateAddress: config.stun.alternateAddress };
  }
  // No definite second address can go with “every address”; the STUN server’s note says so.
  if (isWildcard(address)) return { address, alternateAddress: address };
  // All of 127.0.0.0/8 is loopback (RFC 1122 §3.2.1.3); IPv6 has one loopback address only.
  const secondLoopback = isLoopbackAddress(address) && !address.includes(':');
  return { address, alternateAddress: secondLoopback ? otherLoopback(address) : null };
}

function otherLoopback(address: string): string {
  return address === '127.0.0.2' ? '127.0.0.1' : '127.0.0.2';
}

async function resolveName(name: string): Promise<string> {
  // IPv4 first: only there has loopback a second address.
  if (isLoopbackName(name)) return '127.0.0.1';
  try {
    return (await lookup(name, { order: 'ipv4first' })).address;
  } catch {
    throw new ServiceStartError(failure('dns-not-found', name));
  }
}

/** Addresses by which other machines may reach this one; IPv4 first, without link-local ones. */
export function lanAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all
    .filter(({ address, internal }) => !internal && !/^(?:fe80:|169\.254\.)/i.test(address))
    .sort((a, b) => Number(a.address.includes(':')) - Number(b.address.includes(':')))
    .map(({ address }) => address);
}

/** Where to open the dashboard: one URL on this machine, the others from the LAN. */
export function dashboardUrls(
  host: string,
  port: number,
  scheme: 'http' | 'https',
): { url: string; lanUrls: string[] } {
  const at = (address: string) => `${scheme}://${urlHost(address)}:${port}`;
  if (!isWildcard(host)) return { url: at(host), lanUrls: [] };
  const reachable = lanAddresses().filter((address) => host === '::' || !address.includes(':'));
  return { url: at(host === '::' ? '::1' : '127.0.0.1'), lanUrls: reachable.map(at) };
}
