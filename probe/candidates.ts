/** ICE candidates as a client would make them from what the servers said. */
import type { Candidate, CandidateType } from '../contract/candidate.ts';
import { type Endpoint, familyOf, sameEndpoint } from '../stun/endpoint.ts';
import type { Transport } from '../stun/machine.ts';

/** RFC 8445 §5.1.2.2: recommended type preferences. */
const typePreference: Record<CandidateType, number> = { host: 126, prflx: 110, srflx: 100, relay: 0 };

/** RFC 8445 §5.1.2.1, component 1; IPv6 first, UDP before TCP (RFC 8421 §4, RFC 6544 §4.2). */
export function candidatePriority(type: CandidateType, address: string, protocol: 'udp' | 'tcp'): number {
  const localPreference = (familyOf(address) === 'ipv6' ? 65535 : 65534) - (protocol === 'tcp' ? 32768 : 0);
  return typePreference[type] * 2 ** 24 + localPreference * 2 ** 8 + 255;
}

/** RFC 8445 §5.1.1.3: equal for equal type, base address, server and protocol. A readable text serves as well as a number. */
function foundation(type: CandidateType, base: string, url: string | null, protocol: string): string {
  let hash = 2166136261;
  for (const char of `${type}|${base}|${url ?? ''}|${protocol}`) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  }
  return String(hash);
}

interface CandidateFacts {
  readonly type: CandidateType;
  readonly endpoint: Endpoint;
  readonly protocol: 'udp' | 'tcp';
  /** Local endpoint (srflx) or reflexive endpoint (relay) that it was derived from. */
  readonly related: Endpoint | null;
  readonly base: string;
  readonly url: string | null;
  readonly relayProtocol: Transport | null;
  readonly gatheredMs: number;
}

export function makeCandidate(facts: CandidateFacts): Candidate {
  return {
    type: facts.type,
    protocol: facts.protocol,
    address: facts.endpoint.address,
    port: facts.endpoint.port,
    relatedAddress: facts.related?.address ?? null,
    relatedPort: facts.related?.port ?? null,
    priority: candidatePriority(facts.type, facts.endpoint.address, facts.protocol),
    foundation: foundation(facts.type, facts.base, facts.url, facts.relayProtocol ?? facts.protocol),
    url: facts.url,
    relayProtocol: facts.relayProtocol,
    gatheredMs: facts.gatheredMs,
  };
}

/** RFC 8445 §5.1.3: a reflexive candidate that equals its own base is redundant (there is no NAT). */
export function isRedundant(candidate: Candidate): boolean {
  if (candidate.type !== 'srflx' || candidate.address === null || candidate.port === null) return false;
  if (candidate.relatedAddress === null || candidate.relatedPort === null) return false;
  return sameEndpoint(
    { address: candidate.address, port: candidate.port },
    { address: candidate.relatedAddress, port: candidate.relatedPort },
  );
}

export function byPriority(a: Candidate, b: Candidate): number {
  return (b.priority ?? 0) - (a.priority ?? 0) || a.gatheredMs - b.gatheredMs;
}
