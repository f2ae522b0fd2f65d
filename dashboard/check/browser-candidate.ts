/** An `RTCIceCandidate` as the contract’s record. */
import type { Candidate } from '../../contract/candidate.ts';
import { candidateType } from './pairs-from-stats.ts';

/** `url`: the server that this PeerConnection was given. Null when the browser does not parse its own candidate. */
export function toCandidate(
  candidate: RTCIceCandidate,
  url: string | null,
  gatheredMs: number,
): Candidate | null {
  const type = candidateType(candidate.type);
  if (type === null) return null;
  // Not in every browser, nor in TypeScript’s DOM library yet.
  const relayProtocol = 'relayProtocol' in candidate ? candidate.relayProtocol : null;
  return {
    type,
    protocol: candidate.protocol === 'tcp' ? 'tcp' : 'udp',
    address: candidate.address || null,
    port: candidate.port,
    relatedAddress: candidate.relatedAddress || null,
    relatedPort: candidate.relatedPort,
    priority: candidate.priority,
    foundation: candidate.foundation,
    url: type === 'host' ? null : url,
    relayProtocol:
      relayProtocol === 'udp' || relayProtocol === 'tcp' || relayProtocol === 'tls' ? relayProtocol : null,
    tcpType: candidate.tcpType,
    gatheredMs,
  };
}
