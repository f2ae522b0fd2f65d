import type { Endpoint } from '../../stun/endpoint.ts';

/**
 * The four endpoints of an RFC 5780 server. First letter: IP address, second letter: port; P is primary, A is
 * alternate. `AP` is the alternate address with the primary port. They are also the ids of the UDP sockets.
 */
export const corners = ['PP', 'PA', 'AP', 'AA'] as const;
export type Corner = (typeof corners)[number];

/** What a server listens on. `PP` alone is plain RFC 8489; only all four together are RFC 5780. */
export interface CornerEndpoints {
  readonly PP: Endpoint;
  readonly PA?: Endpoint;
  readonly AP?: Endpoint;
  readonly AA?: Endpoint;
}

export interface CornerChange {
  readonly changeIp: boolean;
  readonly changePort: boolean;
}

const otherIp = { PP: 'AP', PA: 'AA', AP: 'PP', AA: 'PA' } as const satisfies Record<Corner, Corner>;
const otherPort = { PP: 'PA', PA: 'PP', AP: 'AA', AA: 'AP' } as const satisfies Record<Corner, Corner>;

/** RFC 5780 s6.1, table 1: where the answer leaves from depends on where the request arrived, not on `PP`. */
export function changedCorner(asked: Corner, change: CornerChange): Corner {
  const afterIp = change.changeIp ? otherIp[asked] : asked;
  return change.changePort ? otherPort[afterIp] : afterIp;
}

/** The corner that differs in both IP and port: what OTHER-ADDRESS announces (RFC 5780 s6.1, s7.4). */
export function oppositeCorner(asked: Corner): Corner {
  return changedCorner(asked, { changeIp: true, changePort: true });
}

/** True when all four endpoints are there and the alternates really differ in IP and in port. */
export function hasAlternate(endpoints: CornerEndpoints): endpoints is Required<CornerEndpoints> {
  const { PP, PA, AP, AA } = endpoints;
  return (
    PA !== undefined &&
    AP !== undefined &&
    AA !== undefined &&
    AA.address !== PP.address &&
    AA.port !== PP.port
  );
}

export function isCorner(socket: string): socket is Corner {
  return socket === 'PP' || socket === 'PA' || socket === 'AP' || socket === 'AA';
}
