import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { encodeChannelData } from '../../stun/framer.ts';
import type { Allocation, Traffic } from './allocation.ts';
import type { Holding } from './allocation-table.ts';
import type { Desk } from './desk.ts';

/** What becomes of one datagram of a client. */
export type Forwarding =
  | { readonly kind: 'to-peer'; readonly socket: string; readonly to: Endpoint }
  /** The peer is another client of ours: handed over without leaving the host. */
  | { readonly kind: 'to-client'; readonly holding: Holding; readonly from: Endpoint }
  | { readonly kind: 'dropped'; readonly why: string };

/** RFC 8656 s11.2 and s12.6: from the client to a peer. */
export function towardsPeer(
  desk: Desk,
  nowMs: number,
  allocation: Allocation,
  peer: Endpoint,
  bytes: number,
): Forwarding {
  const { permissions, traffic } = allocation;
  // RFC 6062 s4.1: Send indications and channels are for UDP.
  if (allocation.carriesTcp) return drop(traffic, 'the allocation relays TCP');
  if (!permissions.permits(nowMs, peer.address)) return drop(traffic, 'no permission');
  const relay = allocation.relayOf(familyOf(peer.address));
  if (relay === null) return drop(traffic, 'no relayed address of that family');
  if (peer.port === 0 || desk.policy.refusalOfPort(peer.port) !== null)
    return drop(traffic, 'peer port refused');
  if (!allocation.mayCarry(nowMs, 'peers', bytes, desk.quota.bandwidth))
    return drop(traffic, 'over the bandwidth limit');
  const own = desk.isOwnRelayAddress(peer.address);
  const holding = own ? desk.table.ofRelayed(peer) : null;
  if (holding?.relay.transport === 'tcp') return drop(traffic, 'the peer relays TCP');
  if (holding?.allocation === allocation) return drop(traffic, 'a loop to itself');
  traffic.toPeers += bytes;
  if (holding !== null) return { kind: 'to-client', holding, from: relay.relayed };
  // A permission names no port, and one that was given for another client’s port must not open this host.
  if (own && !desk.isSiblingRelay(peer) && desk.policy.refusal(peer.address) !== null)
    return drop(traffic, 'nobody’s relayed address');
  return { kind: 'to-peer', socket: relay.socket, to: peer };
}

/** How data of a peer reach the client. */
export type Delivery =
  | { readonly kind: 'channel'; readonly channel: number; readonly bytes: Uint8Array }
  | { readonly kind: 'indication'; readonly peer: Endpoint; readonly data: Uint8Array }
  | { readonly kind: 'dropped'; readonly why: string };

/** RFC 8656 s11.3 and s12.7: from a peer to the client. */
export function towardsClient(
  desk: Desk,
  nowMs: number,
  { allocation }: Holding,
  peer: Endpoint,
  data: Uint8Array,
): Delivery {
  const { permissions, channels, traffic, tuple } = allocation;
  if (!permissions.permits(nowMs, peer.address)) return drop(traffic, 'no permission');
  if (!allocation.mayCarry(nowMs, 'client', data.length, desk.quota.bandwidth))
    return drop(traffic, 'over the bandwidth limit');
  traffic.fromPeers += data.length;
  const channel = channels.numberOf(nowMs, peer);
  if (channel === null) return { kind: 'indication', peer, data };
  // RFC 8656 s12.5: padded over streams, where the next frame must begin at a multiple of four.
  const bytes = encodeChannelData(channel, data, tuple.transport !== 'udp');
  return { kind: 'channel', channel, bytes };
}

function drop(traffic: Traffic, why: string): { readonly kind: 'dropped'; readonly why: string } {
  traffic.dropped += 1;
  return { kind: 'dropped', why };
}
