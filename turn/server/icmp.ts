import type { AttributeValues } from '../../stun/attributes.ts';
import { familyOf } from '../../stun/endpoint.ts';

type Icmp = AttributeValues['ICMP'];

/** RFC 792: type 3, destination unreachable. RFC 4443: types 1 and 2. */
const icmpV4: Readonly<Record<string, Icmp>> = {
  ENETUNREACH: { type: 3, code: 0, data: 0 },
  EHOSTUNREACH: { type: 3, code: 1, data: 0 },
  ECONNREFUSED: { type: 3, code: 3, data: 0 },
  EMSGSIZE: { type: 3, code: 4, data: 0 },
};
const icmpV6: Readonly<Record<string, Icmp>> = {
  ENETUNREACH: { type: 1, code: 0, data: 0 },
  EHOSTUNREACH: { type: 1, code: 3, data: 0 },
  ECONNREFUSED: { type: 1, code: 4, data: 0 },
  EMSGSIZE: { type: 2, code: 0, data: 0 },
};

/** The ICMP message behind an errno, as far as the socket API tells (RFC 8656 s18.13); null: none. */
export function icmpOf(errno: string, peerAddress: string): Icmp | null {
  return (familyOf(peerAddress) === 'ipv6' ? icmpV6 : icmpV4)[errno] ?? null;
}
