/** What a NAT report says about one end of a pair. */
import ipaddr from 'ipaddr.js';
import type { Transport } from '../../contract/basics.ts';
import type { Behaviour, NatReportBody, NatSummary } from '../../contract/nat-report.ts';
import { type PathScope, pathScope } from '../report/path-scope.ts';

export interface PairEnd {
  readonly udp: NatSummary['udp'];
  readonly behindNat: boolean | null;
  /** What the mapping is, or may still be. */
  readonly mapping: readonly Behaviour[];
  readonly filtering: readonly Behaviour[];
  readonly hairpin: NatSummary['hairpin'];
  readonly ipPooling: NatSummary['ipPooling'];
  /** Public addresses without ports, each once. */
  readonly publicAddresses: readonly string[];
  readonly localAddress: string | null;
  readonly family: 'ipv4' | 'ipv6' | null;
  /** A global unicast IPv6 address among the candidates. */
  readonly globalIpv6: boolean;
  readonly scope: PathScope;
  /** How this end reaches a TURN server that gave it an allocation. */
  readonly relays: readonly Transport[];
  /** Was any TURN server tried? */
  readonly relayTried: boolean;
}

export function pairEnd(body: NatReportBody): PairEnd {
  const { nat, run } = body;
  const turn = body.servers.filter((server) => /^turns?:/i.test(server.url));
  const working = turn.filter((server) => server.status === 'ok');
  return {
    udp: nat.udp,
    behindNat: nat.behindNat,
    mapping: possibleOf(body, 'mapping'),
    filtering: possibleOf(body, 'filtering'),
    hairpin: nat.hairpin,
    ipPooling: nat.ipPooling,
    publicAddresses: [...new Set(nat.publicEndpoints.map(addressOf))],
    localAddress: run.localAddress,
    family: run.family,
    globalIpv6: body.candidates.some(({ type, address }) => type !== 'relay' && isGlobalIpv6(address)),
    scope: pathScope(nat, run.localAddress),
    relays: [...new Set(working.map((server) => server.transport))],
    relayTried: turn.some((server) => server.status !== 'skipped'),
  };
}

function possibleOf(body: NatReportBody, axis: 'mapping' | 'filtering'): readonly Behaviour[] {
  const value = body.nat[axis];
  if (value !== 'inconclusive') return [value];
  const possible = body.verdicts.find((verdict) => verdict.name === axis)?.possible ?? [];
  const known = possible.filter((name): name is Behaviour => behaviourNames.has(name));
  return known.length > 0 ? known : ['inconclusive'];
}

const behaviourNames: ReadonlySet<string> = new Set<Behaviour>([
  'endpoint-independent',
  'address-dependent',
  'port-dependent',
  'address-and-port-dependent',
]);

/** `192.0.2.1:3478` and `[2001:db8::1]:3478` without the port. */
function addressOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

function isGlobalIpv6(address: string | null): boolean {
  if (address === null || !ipaddr.IPv6.isValid(address)) return false;
  return ipaddr.IPv6.parse(address).range() === 'unicast';
}
