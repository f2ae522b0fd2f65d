/** ICE-TCP candidates as lines of SDP (RFC 6544 §4.5). */
import type { PairEnd } from '../scenarios/io/agent/ice-door.ts';
import type { Endpoint } from '../stun/endpoint.ts';

export const tcpTypes = ['active', 'passive', 'so'] as const;
export type TcpType = (typeof tcpTypes)[number];

export interface TcpCandidate extends PairEnd {
  readonly tcpType: TcpType;
}

/** RFC 8445 §5.1.2.2. */
const typePreference = { host: 126, prflx: 110, srflx: 100, relay: 0 } as const;
/** RFC 6544 §4.2: an address of the host is best asked by it, one behind a NAT by both at once. */
const directionPreference = {
  host: { active: 6, passive: 4, so: 2 },
  reflexive: { active: 4, passive: 2, so: 6 },
} as const;

/** @param base the local endpoint behind a reflexive one */
export function candidateLine({ type, address, port, tcpType }: TcpCandidate, base?: Endpoint): string {
  const direction = directionPreference[type === 'host' ? 'host' : 'reflexive'][tcpType];
  // RFC 8445 §5.1.2.1, with the local preference of RFC 6544 §4.2; component 1.
  const priority = typePreference[type] * 2 ** 24 + (direction * 2 ** 13 + 8191) * 2 ** 8 + 255;
  const related = base === undefined ? '' : ` raddr ${base.address} rport ${base.port}`;
  return `candidate:${type}${tcpType} 1 TCP ${priority} ${address} ${port} typ ${type}${related} tcptype ${tcpType}`;
}

const pattern =
  /^(?:a=)?candidate:\S+ 1 tcp \d+ (?<address>\S+) (?<port>\d+) typ (?<type>host|srflx|prflx) (?:.* )?tcptype (?<tcpType>active|passive|so)\b/i;

/** Null: something else. */
export function readTcpCandidate(line: string): TcpCandidate | null {
  const { address = '', port, type, tcpType } = pattern.exec(line)?.groups ?? {};
  const found = tcpTypes.find((known) => known === tcpType);
  if (found === undefined) return null;
  return { address, port: Number(port), type: type === 'host' ? 'host' : 'srflx', tcpType: found };
}
