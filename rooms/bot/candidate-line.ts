/** Candidate lines as they are trickled (RFC 8839 §5.1). Pure. */
import type { CandidateType } from '../../contract/candidate.ts';

export interface CandidateEnd {
  readonly type: CandidateType;
  readonly address: string;
  readonly port: number;
}

const shape =
  /^(?:a=)?candidate:\S+ 1 udp \d+ (?<address>[\da-fA-F.:]+) (?<port>\d{1,5}) typ (?<type>host|srflx|prflx|relay)\b/i;

/** Null: not of UDP, not of the first component, or with a name for an address, which only mDNS would know. */
export function readCandidate(line: string): CandidateEnd | null {
  const { address, port, type } = shape.exec(line)?.groups ?? {};
  if (address === undefined || Number(port) > 65_535) return null;
  return { type: candidateTypeOf(type), address, port: Number(port) };
}

export function candidateTypeOf(text: string | undefined): CandidateType {
  const known = ['host', 'srflx', 'prflx', 'relay'] as const;
  return known.find((each) => each === text) ?? 'host';
}

/** RFC 8445 §5.1.2.1: the priority of the only candidate of its type. */
const priorities = { host: 126 * 2 ** 24 + 65_535 * 256 + 255, relay: 65_535 * 256 + 255 } as const;

export function hostLine(address: string, port: number): string {
  return `candidate:1 1 udp ${priorities.host} ${address} ${port} typ host`;
}

/** Without a related address: it would only tell where the sender is (RFC 8839 §5.1 allows zeros). */
export function relayLine(address: string, port: number): string {
  return `candidate:2 1 udp ${priorities.relay} ${address} ${port} typ relay raddr 0.0.0.0 rport 0`;
}

/** What is trickled of a description, and the description without it. */
export function splitCandidates(sdp: string): {
  readonly sdp: string;
  readonly candidates: readonly string[];
} {
  const candidates = [...sdp.matchAll(/^a=(candidate:.*)\r\n/gm)].map(([, line = '']) => line);
  return { sdp: sdp.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''), candidates };
}
