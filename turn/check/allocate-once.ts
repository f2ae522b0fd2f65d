import type { Attribute } from '../../stun/attributes.ts';
import type { Reply, Script } from './engine/script.ts';
import { sampleOnTheWay } from './relay-sample.ts';
import { Session } from './session.ts';

/**
 * An Allocate on a socket of its own, given back at once where it is granted: a socket that had an allocation is refused
 * a new one for a while.
 */
export function* allocateOnce(
  parent: Session,
  purpose: string,
  attributes: readonly Attribute[],
): Script<Reply> {
  const session = new Session(parent.site, purpose);
  yield* session.open();
  const reply = yield* session.allocate(purpose, attributes);
  yield* sampleOnTheWay(session);
  if (session.relayed !== null) yield* session.release();
  yield* session.close();
  return reply;
}
