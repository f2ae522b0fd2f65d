/** "Who can I connect to?": one report against the peers and policies that people meet. */
import type { LegacyName, Reach } from '../../contract/nat-report.ts';
import type { Family, PairEnd, RelayPath } from './pair-end.ts';
import { anyEngine, anyScope } from './pair-worlds.ts';
import { type PairPrediction, predictPairOf } from './predict-pair.ts';

const EI = 'endpoint-independent';
const AD = 'address-dependent';
const APD = 'address-and-port-dependent';

interface PeerKind {
  readonly id: LegacyName | 'tcp-443-only' | 'relay-only' | 'same-nat' | 'ipv4-only' | 'ipv6-only';
  readonly label: string;
  readonly peer: Partial<PairEnd>;
  readonly relayOnly?: boolean;
}

/** In the order of how easy they are. */
function peerKinds(own: PairEnd): PeerKind[] {
  const { publicAddresses, hairpin, mapping, filtering, engines, filterScopes, relays } = own;
  const noUdp = (left: readonly RelayPath[]) => ({ udp: 'blocked', relays: left }) as const;
  const streams = relays.filter(({ over }) => over !== 'udp');
  // Whether it reaches these servers at all, this end cannot tell.
  const only = (family: Family) => ({ family, families: [family], relays: [], relayTried: false });
  return [
    { id: 'open-internet', label: 'public host, no filter', peer: { behindNat: false, filtering: [EI] } },
    { id: 'full-cone', label: 'full cone NAT', peer: { filtering: [EI] } },
    { id: 'restricted-cone', label: 'address-restricted NAT', peer: { filtering: [AD] } },
    { id: 'port-restricted-cone', label: 'home router (port-restricted NAT)', peer: {} },
    { id: 'symmetric-udp-firewall', label: 'public host behind a firewall', peer: { behindNat: false } },
    { id: 'symmetric', label: 'symmetric NAT (mobile carrier, company)', peer: { mapping: [APD] } },
    ...(own.behindNat === true && publicAddresses.length > 0
      ? ([
          {
            id: 'same-nat',
            label: 'host behind the same NAT',
            peer: { publicAddresses, hairpin, mapping, filtering, engines, filterScopes },
          },
        ] as const)
      : []),
    ...(own.family === 'ipv6' || own.families.includes('ipv6')
      ? ([{ id: 'ipv4-only', label: 'host without IPv6', peer: only('ipv4') }] as const)
      : []),
    ...(own.family === 'ipv4'
      ? ([{ id: 'ipv6-only', label: 'host without IPv4', peer: only('ipv6') }] as const)
      : []),
    { id: 'udp-blocked', label: 'network without UDP', peer: noUdp(streams) },
    {
      id: 'tcp-443-only',
      label: 'network with TCP 443 only',
      peer: noUdp(streams.filter(({ port }) => port === 443)),
    },
    { id: 'relay-only', label: 'any, relayed paths only', peer: {}, relayOnly: true },
  ];
}

/** The peers use the same TURN servers, as far as their networks let them. */
export function predictReach(own: PairEnd): Reach[] {
  return peerKinds(own).map(({ id, label, peer, relayOnly = false }): Reach => {
    const other: PairEnd = {
      udp: 'open',
      behindNat: true,
      mapping: [EI],
      filtering: [APD],
      engines: anyEngine,
      filterScopes: anyScope,
      hairpin: 'unknown',
      ipPooling: 'paired',
      portAllocation: 'unknown',
      publicAddresses: [],
      localAddress: null,
      family: own.family,
      families: own.families,
      scope: 'internet',
      relays: own.relays,
      relayTried: own.relayTried,
      ...peer,
    };
    // What a server on the own site says of the way to a peer is better than nothing here.
    const prediction = predictPairOf({ ...own, scope: 'internet' }, other, { relayOnly });
    return {
      peer: id,
      peerLabel: label,
      outcome: prediction.outcome,
      reason: shortReason(prediction, own, id),
    };
  });
}

const directReasons: Readonly<Record<string, string>> = {
  'same-nat-hairpin': 'the NAT turns packets around (hairpinning)',
};

const openReasons: Readonly<Record<string, string>> = {
  'udp-unknown': 'it is not known whether UDP works',
  'class-open': 'depends on what could not be found out about this network',
  'session-or-table':
    'depends on how the NATs track sessions, which mapping and filtering do not show (--pairs does); have a TURN server ready',
  'address-pool': 'chance: the NAT takes its public address from a pool; have a TURN server ready',
  'same-nat': 'depends on hairpinning (--hairpin) and on whether the local addresses reach each other',
  'families-differ': 'the common address family was not measured',
  'families-differ-ipv6': 'depends on whether UDP works over IPv6',
};

const relayReasons: Readonly<Record<string, string>> = {
  'classes-relay': 'neither end can tell which public port the other will use',
  'no-common-family': 'no address family in common: the relay has to join the two',
  'relay-only': 'the application allows nothing else',
};

function shortReason({ outcome, code, relay }: PairPrediction, own: PairEnd, peer: PeerKind['id']): string {
  if (outcome === 'direct') return directReasons[code] ?? 'both ends can open their NAT for the other';
  if (outcome === 'depends' || outcome === 'unknown') return openReasons[code] ?? 'it is not known';
  const noUdp = own.udp === 'blocked' ? 'no UDP here' : 'no UDP there';
  const why = relayReasons[code] ?? noUdp;
  const needed =
    peer === 'tcp-443-only'
      ? 'a TURN server on TCP port 443'
      : code === 'udp-blocked'
        ? 'a TURN server over TCP or TLS'
        : 'a TURN server';
  return `${why}: ${turnText(needed, relay)}`;
}

function turnText(needed: string, relay: PairPrediction['relay']): string {
  if (relay.works === null) return `${needed} is needed`;
  if (!relay.works) return `${needed} is needed, and none that was tried helps`;
  const own = relay.a.map((over) => over.toUpperCase()).join(', ');
  const theirs = relay.b.map((over) => over.toUpperCase()).join(', ');
  if (own === theirs || theirs === '') return `TURN over ${own}`;
  return own === '' ? `TURN over ${theirs} there` : `TURN over ${own} here, ${theirs} there`;
}
