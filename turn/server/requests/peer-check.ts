import { type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import type { Effect } from '../../../stun/machine.ts';
import type { Allocation } from '../allocation.ts';
import { refuse } from '../answer.ts';
import type { Desk, Outcome } from '../desk.ts';
import type { TurnServerEvent } from '../turn-server-event.ts';

/** Whether this allocation may have the peer: null, or the refusal. The port is judged with `endpoint` only. */
export function peerProblem(
  desk: Desk,
  allocation: Allocation,
  peer: Endpoint,
  what: 'address' | 'endpoint',
): Outcome | null {
  // RFC 8656 s10.2, s12.2: the peer must be of a family that the allocation relays.
  if (allocation.relayOf(familyOf(peer.address)) === null) return { answer: refuse(443), effects: [] };
  const why =
    refusalOf(desk, allocation, peer) ?? (what === 'endpoint' ? desk.policy.refusalOfPort(peer.port) : null);
  if (why === null) return null;
  const { account, tuple } = allocation;
  const event: TurnServerEvent = {
    kind: 'peer-refused',
    username: account.username,
    client: tuple.client,
    peer,
    why,
  };
  const effects: Effect<TurnServerEvent>[] = [{ kind: 'emit', event }];
  return { answer: refuse(403), effects };
}

/**
 * Two clients of this server that both need the relay meet at its own addresses. So another client’s relayed
 * address is a peer like any other, also where another process has it; everything else on this host is refused.
 */
function refusalOf(desk: Desk, allocation: Allocation, peer: Endpoint): string | null {
  const holding = desk.table.ofRelayed(peer);
  if (holding?.allocation === allocation) return 'the allocation’s own relayed address';
  const isRelayed = holding !== null || desk.isSiblingRelay(peer);
  return isRelayed ? desk.policy.operatorRefusal(peer.address) : desk.policy.refusal(peer.address);
}
