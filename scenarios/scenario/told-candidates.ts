/** The candidates that one end tells the other, out of whatever it writes them in. Pure. */
import { candidateTypes } from '../../contract/candidate.ts';
import type { LabAgentNews } from '../../contract/lab-agent.ts';
import type { LabCandidate } from '../../contract/lab-report.ts';

/** RFC 8839 §5.1: foundation, component, transport, priority, address, port, type. */
const line = /candidate:\S+ \d+ (udp|tcp) \d+ (\S+) (\d{1,5}) typ (\w+)/gi;

/** One line each, or a whole description of an agent that does not trickle (RFC 8838 §2). */
export function toldCandidates(news: LabAgentNews, atMs: number): LabCandidate[] {
  const text = news.news === 'candidate' ? news.candidate : news.news === 'description' ? news.sdp : '';
  return [...text.matchAll(line)].flatMap(([, protocol, address = '', port, typeName]) => {
    const type = candidateTypes.find((known) => known === typeName);
    if (type === undefined || Number(port) > 65_535) return [];
    const over = protocol?.toLowerCase() === 'tcp' ? 'tcp' : 'udp';
    return [{ type, address: address.slice(0, 255), port: Number(port), protocol: over, atMs }];
  });
}
