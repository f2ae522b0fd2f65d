/** Does the network translate IPv6 to IPv4 (NAT64, RFC 6146), and does this host help itself to IPv4 over it (464XLAT)? */
import type { Evidence } from '../../contract/evidence.ts';
import type { NetworkFacts } from '../../contract/network-facts.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { reflexiveOf } from '../nat/facts.ts';
import type { Finding } from '../nat/finding.ts';
import { formatPrefix, isClatAddress, prefixesIn } from './nat64-prefix.ts';

export function isNat64Evidence({ purpose }: Evidence): boolean {
  return purpose.startsWith('nat64/');
}

/** The value is the prefix, or false. Null: not asked for. */
export function classifyNat64(
  all: readonly Evidence[],
  network: NetworkFacts | null,
): Finding<string | boolean | null> | null {
  const facts = network?.nat64;
  if (facts === undefined) return null;
  const asked = all.filter(isNat64Evidence);
  const ids = asked.map((e) => e.id);
  const found = (value: string | boolean | null, confidence: number, reason: string) => {
    return { value, confidence, reason, evidence: ids };
  };
  if (facts.error !== null) return found(null, 0, `the resolver did not say: ${facts.error}`);
  const [prefix] = prefixesIn(facts.addresses);
  if (prefix === undefined) {
    const odd = facts.addresses.length > 0;
    return odd
      ? found(null, 0, `the resolver made up ${facts.addresses[0]}, which holds no known address (RFC 7050)`)
      : found(false, 0.95, 'the resolver makes up no IPv6 addresses (RFC 7050)');
  }
  const name = formatPrefix(prefix);
  const through = asked.find((e) => e.outcome === 'answered');
  const seen = through === undefined ? null : reflexiveOf(through);
  if (through !== undefined && seen !== null && !seen.address.includes(':')) {
    const reason = `the resolver names ${name} (RFC 7050), and the server asked at ${through.to.address} saw ${formatEndpoint(seen)}`;
    return found(name, 0.999, reason);
  }
  const reason =
    asked.length === 0
      ? 'no server with an IPv4 address to try it with'
      : 'but no server answered through it over UDP';
  return found(name, 0.8, `the resolver names ${name} (RFC 7050), ${reason}`);
}

/** Null: not asked for. */
export function classifyClat(network: NetworkFacts | null): Finding<boolean> | null {
  if (network?.nat64 === undefined) return null;
  const clat = network.interfaces.find(({ addresses }) => addresses.some(isClatAddress));
  return clat === undefined
    ? {
        value: false,
        confidence: 0.9,
        reason: 'no interface has an address of 192.0.0.0/29 (RFC 7335)',
        evidence: [],
      }
    : {
        value: true,
        confidence: 0.98,
        reason: `interface ${clat.name} has ${clat.addresses.find(isClatAddress)}: IPv4 is carried over IPv6 (RFC 6877)`,
        evidence: [],
      };
}
