/** Who answers the RFC 5780 tests of a run's sites, and where the hosts of each find them. */
import { type Endpoint, formatEndpoint } from '../../../stun/endpoint.ts';
import { serverFamilyFor, synthesised } from '../../plan/ipv6.ts';
import type { SiteSpec } from '../../plan/topology.ts';
import type { Lab } from '../lab.ts';
import { startTurnServe } from './server-software.ts';

/** Beside the server under test, which may have one IPv6 address only. */
const ipv6Port = 3481;

export interface ClassifierMeans {
  readonly sites: readonly SiteSpec[];
  /** Answers the tests over IPv4; its second address is the lab's, its second port the next. */
  readonly stun: Endpoint;
  readonly turnServe: readonly string[];
}

/** @returns by the index of a site, `ADDRESS:PORT` of the servers to ask */
export async function startClassifiers(
  lab: Lab,
  { sites, stun, turnServe }: ClassifierMeans,
): Promise<(site: number) => readonly string[]> {
  const { ipv6 } = lab.topology.server;
  const families = sites.map((site) => serverFamilyFor(site, ipv6 !== undefined));
  if (ipv6 !== undefined && families.includes('ipv6')) {
    const [first, second] = ipv6;
    const listen = [formatEndpoint({ address: first, port: ipv6Port })];
    await startTurnServe(lab, turnServe, { listen, alternate: { address: second, port: ipv6Port + 1 } });
  }
  // A server's word for its other address is of no use behind a NAT64, so all four places are named.
  const places = lab.serverAddresses.flatMap((address) =>
    [stun.port, stun.port + 1].map((port) => ({ address: synthesised(address), port })),
  );
  return (site) => {
    const family = families[site];
    if (family === 'nat64') return places.map(formatEndpoint);
    if (family === 'ipv6' && ipv6 !== undefined) {
      return [formatEndpoint({ address: ipv6[0], port: ipv6Port })];
    }
    return [formatEndpoint(stun)];
  };
}
