/** What one end of a pair says, as the other end is told it. Both are strangers to each other. Pure. */
import type { PairOrder } from '../../../contract/fleet/agent-signal.ts';
import type { LabAgentNews } from '../../../contract/lab-agent.ts';

type Refuses = (address: string) => boolean;

/** Candidates that a description may carry. */
const mostCandidates = 50;

/** Null: nothing that the other end needs, or a candidate that is refused. */
export function pairOrderOf(news: LabAgentNews, refuses: Refuses): PairOrder | null {
  if (news.news === 'description') {
    return { order: 'description', type: news.type, sdp: withoutRefused(news.sdp, refuses) };
  }
  if (news.news === 'ended' && news.outcome !== 'connected') return { order: 'gave-up' };
  if (news.news !== 'candidate' || !isReachable(news.candidate, refuses)) return null;
  return { order: 'candidate', candidate: news.candidate, mid: news.mid };
}

/** The same once more at the agent, by its own rules. */
export function admitOrder(order: PairOrder, refuses: Refuses): PairOrder | null {
  if (order.order === 'description') return { ...order, sdp: withoutRefused(order.sdp, refuses) };
  return order.order === 'gave-up' || isReachable(order.candidate, refuses) ? order : null;
}

function withoutRefused(sdp: string, refuses: Refuses): string {
  let candidates = 0;
  const kept = sdp.split(/\r?\n/).filter((line) => {
    if (!line.startsWith('a=candidate:')) return true;
    candidates += 1;
    return candidates <= mostCandidates && isReachable(line, refuses);
  });
  return kept.join('\r\n');
}

/** RFC 8839 §5.1: the address is the fifth part. Names are refused: who gives one makes the other end ask its DNS. */
function isReachable(candidate: string, refuses: Refuses): boolean {
  const address = candidate.split(' ')[4];
  return address !== undefined && !refuses(address);
}
