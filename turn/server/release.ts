import type { Effect } from '../../stun/machine.ts';
import type { Allocation, Relay } from './allocation.ts';
import type { Desk } from './desk.ts';
import type { ReleaseReason, TurnServerEvent } from './turn-server-event.ts';

/** Ends one of two relayed addresses, and the connections that it carries (RFC 6062 s4.2). */
export function releaseRelay(desk: Desk, allocation: Allocation, relay: Relay): Effect[] {
  desk.table.removeRelay(allocation, relay);
  relay.address.pool.release(relay.local.port);
  return [...desk.connections.endAll(relay), { kind: 'close', socket: relay.socket }];
}

/** Ends the whole allocation: sockets, permissions and channels go with it (RFC 8656 s8.2). */
export function releaseAllocation(
  desk: Desk,
  nowMs: number,
  allocation: Allocation,
  reason: ReleaseReason,
): Effect<TurnServerEvent>[] {
  const wasOpen = allocation.isOpen;
  const closing = allocation.relays.flatMap((relay) => releaseRelay(desk, allocation, relay));
  desk.table.remove(allocation);
  desk.tickets.revoke(allocation);
  if (!wasOpen) return closing;
  const { tuple, account, traffic, madeMs } = allocation;
  const event: TurnServerEvent = {
    kind: 'released',
    username: account.username,
    client: tuple.client,
    transport: tuple.transport,
    reason,
    lifetimeMs: nowMs - madeMs,
    traffic,
  };
  return [...closing, { kind: 'emit', event }];
}
