import { refuse, succeed } from '../answer.ts';
import { type Call, type Desk, type Outcome, only } from '../desk.ts';
import { isAnswer, ownAllocation } from './own-allocation.ts';
import { peerProblem } from './peer-check.ts';

/** RFC 8656 s10.2: all of the peers or none. */
export function createPermission(desk: Desk, call: Call): Outcome {
  const { nowMs, message } = call;
  const allocation = ownAllocation(call);
  if (isAnswer(allocation)) return only(allocation);
  const peers = message.attributes.flatMap((a) => (a.name === 'XOR-PEER-ADDRESS' ? [a.value] : []));
  if (peers.length === 0) return only(refuse(400, 'XOR-PEER-ADDRESS missing'));
  for (const peer of peers) {
    const problem = peerProblem(desk, allocation, peer, 'address');
    if (problem !== null) return problem;
  }
  const addresses = [...new Set(peers.map(({ address }) => address))];
  return only(allocation.permissions.permit(nowMs, addresses) ? succeed() : refuse(508));
}
