import { firstChannel } from '../../../stun/framer.ts';
import { getAttribute } from '../../../stun/message.ts';
import { refuse, succeed } from '../answer.ts';
import { type Call, type Desk, type Outcome, only } from '../desk.ts';
import { isAnswer, ownAllocation } from './own-allocation.ts';
import { peerProblem } from './peer-check.ts';

/** RFC 8656 s12.2: binds or renews a channel, and permits its peer. */
export function channelBind(desk: Desk, call: Call): Outcome {
  const { nowMs, message } = call;
  const allocation = ownAllocation(call);
  if (isAnswer(allocation)) return only(allocation);
  // RFC 6062 s4.1: there are no channels on TCP allocations.
  if (allocation.carriesTcp) return only(refuse(403, 'Channels are for UDP'));
  const number = getAttribute(message, 'CHANNEL-NUMBER');
  const peer = getAttribute(message, 'XOR-PEER-ADDRESS');
  if (number === undefined || peer === undefined) {
    return only(refuse(400, 'CHANNEL-NUMBER or XOR-PEER-ADDRESS missing'));
  }
  if (number < firstChannel || number > desk.lastChannel)
    return only(refuse(400, 'Channel Number out of range'));
  if (peer.port === 0) return only(refuse(400, 'Peer port 0'));
  const problem = peerProblem(desk, allocation, peer, 'endpoint');
  if (problem !== null) return problem;
  if (allocation.channels.conflicts(nowMs, number, peer)) {
    return only(refuse(400, 'Channel or peer bound otherwise'));
  }
  if (!allocation.permissions.permit(nowMs, [peer.address])) return only(refuse(508));
  allocation.channels.bind(nowMs, number, peer);
  return only(succeed());
}
