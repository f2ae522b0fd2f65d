/** "Who can I connect to?": one report against the peers and policies that people meet. */
import type { Reach } from '../../contract/nat-report.ts';
import { reachEn } from '../report/words/reach/en.ts';
import type { OpenCode, PeerId, ReachWords, RelayWhy, TurnKind } from '../report/words/reach/reach-words.ts';
import type { Family, PairEnd, RelayPath } from './pair-end.ts';
import { anyEngine, anyScope } from './pair-worlds.ts';
import { type PairPrediction, predictPairOf } from './predict-pair.ts';

const EI = 'endpoint-independent';
const AD = 'address-dependent';
const APD = 'address-and-port-dependent';

interface PeerKind {
  readonly id: PeerId;
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
    { id: 'open-internet', peer: { behindNat: false, filtering: [EI] } },
    { id: 'full-cone', peer: { filtering: [EI] } },
    { id: 'restricted-cone', peer: { filtering: [AD] } },
    { id: 'port-restricted-cone', peer: {} },
    { id: 'symmetric-udp-firewall', peer: { behindNat: false } },
    { id: 'symmetric', peer: { mapping: [APD] } },
    ...(own.behindNat === true && publicAddresses.length > 0
      ? ([
          {
            id: 'same-nat',
            peer: { publicAddresses, hairpin, mapping, filtering, engines, filterScopes },
          },
        ] as const)
      : []),
    ...(own.family === 'ipv6' ? ([{ id: 'ipv4-only', peer: only('ipv4') }] as const) : []),
    ...(own.family === 'ipv4' ? ([{ id: 'ipv6-only', peer: only('ipv6') }] as const) : []),
    { id: 'udp-blocked', peer: noUdp(streams) },
    {
      id: 'tcp-443-only',
      peer: noUdp(streams.filter(({ port }) => port === 443)),
    },
    { id: 'relay-only', peer: {}, relayOnly: true },
  ];
}

/** The peers use the same TURN servers, as far as their networks let them. */
export function predictReach(own: PairEnd, words: ReachWords = reachEn): Reach[] {
  return peerKinds(own).map(({ id, peer, relayOnly = false }): Reach => {
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
    const reason = shortReason(prediction, own, id, words);
    return { peer: id, peerLabel: words.peers[id], outcome: prediction.outcome, reason };
  });
}

function shortReason(prediction: PairPrediction, own: PairEnd, peer: PeerId, words: ReachWords): string {
  const { outcome, code, relay } = prediction;
  if (outcome === 'direct') return code === 'same-nat-hairpin' ? words.hairpins : words.direct;
  if (outcome === 'depends' || outcome === 'unknown') {
    return isOpenCode(code, words) ? words.open[code] : words.open['class-open'];
  }
  const noUdp: RelayWhy = own.udp === 'blocked' ? 'no-udp-here' : 'no-udp-there';
  const why = isRelayWhy(code, words) ? code : noUdp;
  const kind: TurnKind = peer === 'tcp-443-only' ? 'port-443' : code === 'udp-blocked' ? 'stream' : 'any';
  return words.join(words.relay[why], turnText(kind, relay, words.turn));
}

function isOpenCode(code: string, { open }: ReachWords): code is OpenCode {
  return Object.hasOwn(open, code);
}

function isRelayWhy(code: string, { relay }: ReachWords): code is RelayWhy {
  return Object.hasOwn(relay, code);
}

function turnText(kind: TurnKind, relay: PairPrediction['relay'], turn: ReachWords['turn']): string {
  if (relay.works === null) return turn.needed(kind);
  if (!relay.works) return turn.noneHelps(kind);
  const own = relay.a.map((over) => over.toUpperCase()).join(', ');
  const theirs = relay.b.map((over) => over.toUpperCase()).join(', ');
  if (own === theirs || theirs === '') return turn.over(own);
  return own === '' ? turn.there(theirs) : turn.hereAndThere(own, theirs);
}
