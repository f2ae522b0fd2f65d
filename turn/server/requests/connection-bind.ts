import { getAttribute } from '../../../stun/message.ts';
import { refuse, succeed } from '../answer.ts';
import { type Call, type Desk, type Outcome, only } from '../desk.ts';

/** RFC 6062 s5.4: this stream is to carry the connection from now on, without any framing. */
export function connectionBind(desk: Desk, { message, tuple, account, allocation }: Call): Outcome {
  if (tuple.transport === 'udp') return only(refuse(400, 'TCP is relayed over TCP only'));
  if (allocation !== null) return only(refuse(400, 'The stream holds an allocation'));
  const id = getAttribute(message, 'CONNECTION-ID');
  if (id === undefined) return only(refuse(400, 'CONNECTION-ID missing'));
  const connection = desk.connections.of(id);
  // One that is being made has no id yet as far as clients know, and one that is bound is taken.
  const free = connection !== null && connection.call === null && connection.client === null;
  if (!free) return only(refuse(400, 'No such connection'));
  if (connection.allocation.account.username !== account.username) return only(refuse(441));
  desk.connections.join(connection, tuple.socket, tuple.client);
  return { answer: succeed(), effects: [{ kind: 'read', socket: connection.peer.socket, on: true }] };
}
