/** What a NAT report says about one end of a pair. */
import ipaddr from 'ipaddr.js';
import type { Transport } from '../../contract/basics.ts';
import type { Candidate } from '../../contract/candidate.ts';
import type { Behaviour, NatReportBody, NatSummary } from '../../contract/nat-report.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { type PathScope, pathScope } from '../report/path-scope.ts';
import { anyEngine, anyScope, type NatView } from './pair-worlds.ts';

export interface PairEnd extends NatView {
  readonly udp: NatSummary['udp'];
  readonly behindNat: boolean | null;
  readonly hairpin: NatSummary['hairpin'];
  readonly ipPooling: NatSummary['ipPooling'];
  readonly portAllocation: NatSummary['portAllocation'];
  /** Public addresses without ports, each once. */
  readonly publicAddresses: readonly string[];
  readonly localAddress: string | null;
  /** Of the addresses that the NAT was measured with. */
  readonly family: Family | null;
  /** All that it has addresses of, besides relayed ones: IPv6 counts only where it is global unicast. */
  readonly families: readonly Family[];
  readonly scope: PathScope;
  /** Allocations that TURN servers gave it. */
  readonly relays: readonly RelayPath[];
  /** Was any TURN server tried? */
  readonly relayTried: boolean;
}

export type Family = 'ipv4' | 'ipv6';

/** How this end reaches a TURN server, and the family of the address that it got there. */
export interface RelayPath {
  readonly over: Transport;
  /** Of the TURN server; null: its URL is not known. */
  readonly port: number | null;
  readonly family: Family;
}

/** What of a report is about its host. */
export type HostFacts = Pick<NatReportBody, 'nat' | 'verdicts' | 'candidates' | 'servers'> & {
  readonly run: Pick<NatReportBody['run'], 'family' | 'localAddress'>;
};

export function pairEnd(body: HostFacts): PairEnd {
  const { nat, run } = body;
  const turn = body.servers.filter((server) => /^turns?:/i.test(server.url));
  const own = body.candidates.filter(({ type }) => type !== 'relay').map(({ address }) => familyOf(address));
  const families = new Set([...own, run.family]);
  return {
    udp: nat.udp,
    behindNat: nat.behindNat,
    mapping: possibleOf(body, 'mapping'),
    filtering: possibleOf(body, 'filtering'),
    engines: measuredOf(body, 'answersOver', anyEngine),
    filterScopes: measuredOf(body, 'filterScope', anyScope),
    hairpin: nat.hairpin,
    ipPooling: nat.ipPooling,
    portAllocation: nat.portAllocation,
    publicAddresses: [...new Set(nat.publicEndpoints.map(addressOf))],
    localAddress: run.localAddress,
    family: run.family,
    families: (['ipv4', 'ipv6'] as const).filter((family) => families.has(family)),
    scope: pathScope(nat, run.localAddress),
    relays: body.candidates.flatMap(relayPath),
    relayTried: turn.some((server) => server.status !== 'skipped'),
  };
}

function possibleOf(body: HostFacts, axis: 'mapping' | 'filtering'): readonly Behaviour[] {
  const value = body.nat[axis];
  if (value !== 'inconclusive') return [value];
  const possible = body.verdicts.find((verdict) => verdict.name === axis)?.possible ?? [];
  const known = possible.filter((name): name is Behaviour => behaviourNames.has(name));
  return known.length > 0 ? known : ['inconclusive'];
}

/** What a test that is run when asked for has found; all that is possible where it has not. */
function measuredOf<Value extends string>(
  body: HostFacts,
  name: string,
  possible: readonly Value[],
): readonly Value[] {
  const found = body.verdicts.find((verdict) => verdict.name === name)?.value;
  const measured = possible.filter((value) => value === found);
  return measured.length > 0 ? measured : possible;
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

function relayPath({ type, address, relayProtocol, url }: Candidate): RelayPath[] {
  if (type !== 'relay' || relayProtocol === null) return [];
  const parsed = url === null ? null : parseStunUri(url);
  const port = parsed?.ok === true ? parsed.uri.port : null;
  // A relayed IPv6 address may be any: TURN servers on a site of their own hand out unique local ones too.
  const family = address !== null && ipaddr.IPv6.isValid(address) ? 'ipv6' : 'ipv4';
  return [{ over: relayProtocol, port, family }];
}

/** Null: hidden behind an mDNS name, or of no use beyond the link or site. */
function familyOf(address: string | null): Family | null {
  if (address === null || !ipaddr.isValid(address)) return null;
  const parsed = ipaddr.parse(address);
  if (parsed.kind() === 'ipv4') return 'ipv4';
  return parsed.range() === 'unicast' ? 'ipv6' : null;
}
