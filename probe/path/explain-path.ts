/** What the tests of the path are for and what each led to, for the retold report. */
import type { Evidence } from '../../contract/evidence.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';

const aims: readonly (readonly [prefix: string, aim: string])[] = [
  ['refresh', 'inbound refresh: do packets from outside keep a silent mapping alive?'],
  ['tcp-map-', 'TCP mapping: which public endpoint does each destination see of one local port?'],
  ['tcp-filter-', 'TCP filtering: which connections of the server to this port come in?'],
  ['mtu', 'path MTU: which sizes get through, up by filled requests, down by padded answers?'],
  ['ipv6', 'IPv6: the same mapping and filter tests over the other family'],
  ['nat64', 'NAT64: does a server answer at its address behind the translator?'],
  ['proxy', 'HTTP proxy: does it let us through to the servers?'],
  ['portal', 'captive portal: who answers for a page that is always empty?'],
];

/** Null: not a test of the path. */
export function pathAim(name: string): string | null {
  return aims.find(([prefix]) => name.startsWith(prefix))?.[1] ?? null;
}

export function pathConclusions(group: readonly Evidence[]): string[] {
  return group.flatMap((e) => {
    if (e.routeMtu !== undefined) return [routeConclusion(e.purpose, e.routeMtu)];
    if (e.http !== undefined) return [httpConclusion(e.purpose, e.http)];
    if (e.connectBack === undefined) return [];
    const source = e.outcome === 'answered' ? e.from : null;
    const seen = source === null ? 'nothing came in' : `came in from ${formatEndpoint(source)}`;
    return [`${e.purpose}: ${seen}; the server says of its attempt: ${e.connectBack}`];
  });
}

function routeConclusion(purpose: string, { before, after }: NonNullable<Evidence['routeMtu']>): string {
  if (before === null) return `${purpose}: this system does not say which packets it sends whole`;
  const learned = after === null || after === before ? 'learned nothing new' : `learned ${after}`;
  return `${purpose}: this host’s kernel sent up to ${before} bytes whole, and during the test ${learned}`;
}

function httpConclusion(purpose: string, { status, location }: NonNullable<Evidence['http']>): string {
  return `${purpose}: answered ${status}${location === null ? '' : `, which leads to ${location}`}`;
}
