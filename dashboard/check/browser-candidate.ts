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
    address: withoutBrackets(candidate.address),
    port: candidate.port,
    relatedAddress: withoutBrackets(candidate.relatedAddress),
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

/** Chromium puts IPv6 addresses in brackets; W3C WebRTC §4.8.1.3 wants them as in the candidate line. */
function withoutBrackets(address: string | null): string | null {
  return address?.replace(/^\[|\]$/g, '') || null;
}
