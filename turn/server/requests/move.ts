import type { Effect } from '../../../stun/machine.ts';
import { getAttribute, transactionKey } from '../../../stun/message.ts';
import type { Allocation } from '../allocation.ts';
import { refuse, succeed } from '../answer.ts';
import { type Call, type Desk, type Outcome, only } from '../desk.ts';
import { releaseAllocation } from '../release.ts';
import { grantedLifetimeSec } from './lifetime.ts';

/**
 * RFC 8016 s3.2.2: a Refresh with a ticket from a five-tuple that holds nothing takes the allocation over. Until the
 * client uses the new path, data still go the old way. Null: an ordinary Refresh.
 */
export function move(desk: Desk, call: Call): Outcome | null {
  const { nowMs, message, tuple, account } = call;
  const ticket = getAttribute(message, 'MOBILITY-TICKET');
  if (ticket === undefined) return null;
  if (!desk.mobility) return only(refuse(405));
  if (call.allocation !== null) return null;
  const allocation = desk.tickets.find(ticket);
  if (allocation === null) return only(refuse(437));
  if (allocation.account.username !== account.username) return only(refuse(441));

  const requested = getAttribute(message, 'LIFETIME');
  if (requested === 0) {
    desk.farewells.remember(nowMs, tuple.key, transactionKey(message.transactionId));
    const effects = releaseAllocation(desk, nowMs, allocation, 'refresh');
    return { answer: succeed([{ name: 'LIFETIME', value: 0 }]), effects };
  }
  const lifetimeSec = grantedLifetimeSec(requested);
  for (const relay of allocation.relays) relay.expiresMs = nowMs + lifetimeSec * 1000;
  const answer = succeed([
    { name: 'LIFETIME', value: lifetimeSec },
    { name: 'MOBILITY-TICKET', value: desk.tickets.issue(allocation) },
  ]);
  desk.table.move(allocation, {
    tuple,
    transaction: transactionKey(message.transactionId),
    answer,
  });
  const { username } = account;
  const event = { kind: 'moved', username, from: allocation.tuple.client, client: tuple.client } as const;
  return { answer, effects: [{ kind: 'emit', event }] };
}

/**
 * RFC 8016 s3.2.2: the first message on the new path makes it the only one. A stream that was the old path has no
 * further use.
 */
export function settleMove(desk: Desk, allocation: Allocation, usedKey: string): Effect[] {
  if (allocation.moving?.tuple.key !== usedKey) return [];
  const before = allocation.tuple;
  desk.table.settle(allocation);
  return before.transport === 'udp' ? [] : [{ kind: 'close', socket: before.socket }];
}

/** The answer to the move, where this is that request again; null: it is another one. */
export function moveAgain({ message }: Call, allocation: Allocation): Outcome | null {
  const { moving } = allocation;
  return moving?.transaction === transactionKey(message.transactionId) ? only(moving.answer) : null;
}
