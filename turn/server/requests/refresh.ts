import { getAttribute, transactionKey } from '../../../stun/message.ts';
import type { Relay } from '../allocation.ts';
import { refuse, succeed } from '../answer.ts';
import { type Call, type Desk, type Outcome, only } from '../desk.ts';
import { releaseAllocation, releaseRelay } from '../release.ts';
import { grantedLifetimeSec } from './lifetime.ts';
import { move } from './move.ts';
import { isAnswer, ownAllocation } from './own-allocation.ts';

const gone = succeed([{ name: 'LIFETIME', value: 0 }]);

/** RFC 8656 s8.2. */
export function refresh(desk: Desk, call: Call): Outcome {
  const { nowMs, message, tuple } = call;
  const transaction = transactionKey(message.transactionId);
  if (desk.farewells.knows(nowMs, tuple.key, transaction)) return only(gone);
  const moved = move(desk, call);
  if (moved !== null) return moved;
  const allocation = ownAllocation(call);
  if (isAnswer(allocation)) return only(allocation);
  const family = getAttribute(message, 'REQUESTED-ADDRESS-FAMILY');
  const relays = family === undefined ? allocation.relays : [allocation.relayOf(family)].filter(isRelay);
  if (relays.length === 0) return only(refuse(443));

  const requested = getAttribute(message, 'LIFETIME');
  if (requested === 0) {
    desk.farewells.remember(nowMs, tuple.key, transaction);
    const all = relays.length === allocation.relays.length;
    if (all) return { answer: gone, effects: releaseAllocation(desk, nowMs, allocation, 'refresh') };
    return { answer: gone, effects: relays.flatMap((relay) => releaseRelay(desk, allocation, relay)) };
  }
  const lifetimeSec = grantedLifetimeSec(requested);
  for (const relay of relays) relay.expiresMs = nowMs + lifetimeSec * 1000;
  const { ticket } = allocation;
  const asked = getAttribute(message, 'MOBILITY-TICKET') !== undefined && ticket !== null;
  return only(
    succeed([
      { name: 'LIFETIME', value: lifetimeSec },
      ...(asked ? [{ name: 'MOBILITY-TICKET', value: ticket } as const] : []),
    ]),
  );
}

function isRelay(relay: Relay | null): relay is Relay {
  return relay !== null;
}
