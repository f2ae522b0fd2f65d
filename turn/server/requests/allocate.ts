import { type AddressFamily, type Endpoint, familyOf } from '../../../stun/endpoint.ts';
import { getAttribute, transactionKey } from '../../../stun/message.ts';
import { type Answer, refuse } from '../answer.ts';
import type { Call, Desk } from '../desk.ts';
import type { PortWish } from '../port-pool.ts';
import type { BoundRelay } from '../relay-slot.ts';
import { grantedLifetimeSec } from './lifetime.ts';

/** IP protocol numbers: RFC 8656 s7.1 relays UDP, RFC 6062 s4.1 TCP. */
const udpProtocol = 17;
const tcpProtocol = 6;

/** What to open for an Allocate request. */
export interface AllocatePlan {
  readonly lifetimeSec: number;
  readonly sockets: readonly {
    readonly family: AddressFamily;
    readonly transport: 'udp' | 'tcp';
    readonly wish: PortWish;
  }[];
  /** A port that was reserved before and is open already. */
  readonly reserved: BoundRelay | null;
  /** With a ticket (RFC 8016). */
  readonly mobile: boolean;
}

export type AllocateVerdict =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** A retransmission of a request that is still being worked on. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'open'; readonly plan: AllocatePlan };

/** The checks of RFC 8656 s7.2, numbered as there; (1), the authentication, has been done. */
export function judgeAllocate(desk: Desk, call: Call): AllocateVerdict {
  const { message, allocation, account } = call;
  // (2) One allocation per five-tuple; the same request again gets the same answer.
  if (allocation !== null) {
    if (allocation.transaction !== transactionKey(message.transactionId)) return answer(refuse(437));
    return allocation.answer === null ? { kind: 'wait' } : answer(allocation.answer);
  }
  // (3)
  const transport = getAttribute(message, 'REQUESTED-TRANSPORT');
  if (transport === undefined) return answer(refuse(400, 'REQUESTED-TRANSPORT missing'));
  const overTcp = transport === tcpProtocol && desk.tcpRelay;
  if (transport !== udpProtocol && !overTcp) return answer(refuse(442));
  const mismatch = overTcp ? tcpMismatch(call) : null;
  if (mismatch !== null) return answer(mismatch);
  // (4), DONT-FRAGMENT, has been answered with the other unknown attributes. (5)–(10)
  // RFC 8016 s3.2.1: an empty ticket asks for one; mobility that is not offered is refused.
  const ticket = getAttribute(message, 'MOBILITY-TICKET');
  if (ticket !== undefined && !desk.mobility) return answer(refuse(405));
  if (ticket !== undefined && ticket.length > 0) return answer(refuse(400, 'MOBILITY-TICKET not empty'));
  const sockets = wantedSockets(desk, call, overTcp ? 'tcp' : 'udp');
  if ('class' in sockets) return answer(sockets);
  // (11)
  const { table, quota, redirect, draining } = desk;
  const full = draining || table.size >= quota.total;
  const elsewhere = redirect.when === 'always' || full ? alternateFor(desk, call) : null;
  // (12) RFC 8489 s10.
  if (elsewhere !== null) {
    return answer(refuse(300, undefined, [{ name: 'ALTERNATE-SERVER', value: elsewhere }]));
  }
  if (full) return answer(refuse(508));
  if (table.countOf(account.quotaName) >= quota.perUser) return answer(refuse(486));

  const token = getAttribute(message, 'RESERVATION-TOKEN');
  // (6), last of all, because looking uses the token up.
  const reserved = token === undefined ? null : desk.reservations.redeem(token, account.username);
  if (token !== undefined && reserved === null) return answer(refuse(508));
  const lifetimeSec = grantedLifetimeSec(getAttribute(message, 'LIFETIME'));
  const mobile = ticket !== undefined;
  return { kind: 'open', plan: { lifetimeSec, sockets: reserved === null ? sockets : [], reserved, mobile } };
}

/** What cannot go with TCP relaying (RFC 6062 s5.1). Tickets are refused because a connection cannot move. */
function tcpMismatch({ message, tuple }: Call): Answer | null {
  if (tuple.transport === 'udp') return refuse(400, 'TCP is relayed over TCP only');
  const even = getAttribute(message, 'EVEN-PORT');
  const token = getAttribute(message, 'RESERVATION-TOKEN');
  if (even !== undefined || token !== undefined)
    return refuse(400, 'EVEN-PORT or RESERVATION-TOKEN with TCP');
  return getAttribute(message, 'MOBILITY-TICKET') === undefined ? null : refuse(405);
}

function wantedSockets(
  desk: Desk,
  { message }: Call,
  transport: 'udp' | 'tcp',
): AllocatePlan['sockets'] | Answer {
  const token = getAttribute(message, 'RESERVATION-TOKEN');
  const even = getAttribute(message, 'EVEN-PORT');
  const requested = getAttribute(message, 'REQUESTED-ADDRESS-FAMILY');
  const additional = getAttribute(message, 'ADDITIONAL-ADDRESS-FAMILY');
  // (6) A token stands for a port that is chosen already.
  if (token !== undefined && (even ?? requested ?? additional) !== undefined) {
    return refuse(400, 'RESERVATION-TOKEN with another wish');
  }
  // (7)
  if (requested !== undefined && additional !== undefined) return refuse(400, 'Two address families');
  // (8) IPv4 unless asked otherwise.
  const family = requested ?? 'ipv4';
  if (!serves(desk, family)) return refuse(440);
  // (9)
  if (even?.reserve === true && additional !== undefined) return refuse(400, 'EVEN-PORT with two families');
  // (10)
  if (additional === 'ipv4') return refuse(400, 'ADDITIONAL-ADDRESS-FAMILY is IPv4');
  const wish = even === undefined ? 'any' : even.reserve ? 'pair' : 'even';
  const first = { family, transport, wish } as const;
  return additional === undefined ? [first] : [first, { ...first, family: additional }];
}

function serves(desk: Desk, family: AddressFamily): boolean {
  return desk.addresses.some((address) => address.family === family);
}

/** RFC 8489 s14.15: of the family that the client came with. Spread by its port, which is as good as chance. */
function alternateFor({ redirect }: Desk, { tuple }: Call): Endpoint | null {
  const family = familyOf(tuple.client.address);
  const servers = redirect.servers.filter(({ address }) => familyOf(address) === family);
  return servers[tuple.client.port % Math.max(1, servers.length)] ?? null;
}

function answer(value: Answer): AllocateVerdict {
  return { kind: 'answer', answer: value };
}
