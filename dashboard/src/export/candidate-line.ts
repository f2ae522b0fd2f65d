import type { Candidate } from '../../../contract/candidate.ts';

/** The candidate attribute of SDP (RFC 8839 §5.1); what the browser hid stands as browsers write it. */
export function candidateLine(candidate: Candidate): string {
  const { foundation, protocol, priority, address, port, type, relatedAddress, relatedPort, tcpType } =
    candidate;
  const related = relatedAddress === null ? '' : ` raddr ${relatedAddress} rport ${relatedPort ?? 0}`;
  const tcp = tcpType === null || tcpType === undefined ? '' : ` tcptype ${tcpType}`;
  const where = `${address ?? '0.0.0.0'} ${port ?? 9}`;
  return `candidate:${foundation ?? '0'} 1 ${protocol} ${priority ?? 0} ${where} typ ${type}${related}${tcp}`;
}
