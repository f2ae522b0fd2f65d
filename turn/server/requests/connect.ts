import { familyOf } from '../../../stun/endpoint.ts';
import { getAttribute } from '../../../stun/message.ts';
import { refuse } from '../answer.ts';
import { maxConnections } from '../connection-table.ts';
import { type Call, type Desk, type Outcome, only } from '../desk.ts';
import { isAnswer, ownAllocation } from './own-allocation.ts';
import { peerProblem } from './peer-check.ts';

/** RFC 6062 s5.2: a connection from the relayed address to the peer. The answer comes when that has answered. */
export function connect(desk: Desk, call: Call): Outcome {
  const { nowMs, message } = call;
  const allocation = ownAllocation(call);
  if (isAnswer(allocation)) return only(allocation);
  if (!allocation.carriesTcp) return only(refuse(403, 'The allocation relays UDP'));
  const peer = getAttribute(message, 'XOR-PEER-ADDRESS');
  if (peer === undefined || peer.port === 0) return only(refuse(400, 'XOR-PEER-ADDRESS missing'));
  const problem = peerProblem(desk, allocation, peer, 'endpoint');
  if (problem !== null) return problem;
  const family = familyOf(peer.address);
  const relay = allocation.relayOf(family);
  if (relay === null) return only(refuse(443));
  if (desk.connections.has(relay, peer)) return only(refuse(446));
  if (desk.connections.countOf(relay) >= maxConnections) return only(refuse(508));
  const socket = desk.connections.nextSocket();
  desk.connections.add(nowMs, { allocation, relay, socket, peer, call });
  return {
    answer: null,
    effects: [{ kind: 'open', socket, transport: 'tcp', family, to: peer, at: relay.local }],
  };
}
