import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { InterfaceFacts, Nat64Facts } from '../../contract/network-facts.ts';
import { wellKnownName } from '../path/nat64-prefix.ts';

/** Names to IPv6 addresses; rejects with an error that carries a `code`, as Node's resolver does. */
export type Resolve6 = (name: string) => Promise<readonly string[]>;

/** Asks the system's name servers; an entry in the hosts file or a cache must not answer for them (RFC 7050 §3). */
const askNameServers: Resolve6 = (name) => new Resolver({ timeout: 800, tries: 2 }).resolve6(name);

export async function nat64Facts(resolve6: Resolve6 = askNameServers): Promise<Nat64Facts> {
  try {
    const addresses = await resolve6(wellKnownName);
    return { addresses: addresses.slice(0, 16), error: null };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'lookup failed';
    // The name exists and has no IPv6 address: that is the answer of a network without DNS64.
    const none = code === 'ENODATA' || code === 'ENOTFOUND';
    return { addresses: [], error: none ? null : code };
  }
}

export function interfaceFacts(): InterfaceFacts[] {
  return Object.entries(networkInterfaces()).flatMap(([name, entries = []]) => {
    const addresses = entries.filter((entry) => !entry.internal).map((entry) => entry.address);
    if (addresses.length === 0) return [];
    const kind = interfaceKind(name);
    return [{ name, addresses: addresses.slice(0, 32), ...(kind !== null && { kind }) }];
  });
}

/** ARPHRD_NONE of Linux' if_arp.h: packets without a link layer. */
const withoutLinkLayer = 65_534;

function interfaceKind(name: string): 'link' | 'tunnel' | null {
  try {
    const type = Number.parseInt(readFileSync(`/sys/class/net/${name}/type`, 'utf8'), 10);
    return type === withoutLinkLayer ? 'tunnel' : 'link';
  } catch {
    return null;
  }
}
