import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect } from '../../stun/machine.ts';
import type { StunMessage } from '../../stun/message.ts';
import type { Allocation } from './allocation.ts';
import type { AllocationTable } from './allocation-table.ts';
import type { Answer } from './answer.ts';
import type { AnswerSeal } from './authenticator.ts';
import type { ConnectionTable } from './connection-table.ts';
import type { FarewellTable } from './farewell-table.ts';
import type { FiveTuple } from './five-tuple.ts';
import type { PeerPolicy } from './peer-policy.ts';
import type { RelayAddress } from './relay-slot.ts';
import type { ReservationTable } from './reservation-table.ts';
import type { TicketTable } from './ticket-table.ts';
import type { BucketRate } from './token-bucket.ts';
import type { TurnServerEvent } from './turn-server-event.ts';
import type { Account } from './user-directory.ts';

export interface Quota {
  /** Allocations of one user at the same time. A browser opens two to six. */
  readonly perUser: number;
  /** Allocations at the same time. */
  readonly total: number;
  /** Payload of one allocation in each direction; null: as much as it can. */
  readonly bandwidth: BucketRate | null;
}

/** Where clients are sent instead (RFC 8489 s10, ALTERNATE-SERVER). */
export interface Redirect {
  /** Used in turn, those of the client’s address family. */
  readonly servers: readonly Endpoint[];
  /** `full`: only when this server cannot take the allocation. */
  readonly when: 'always' | 'full';
}

/** What all request handlers work on. */
export interface Desk {
  readonly table: AllocationTable;
  readonly reservations: ReservationTable;
  readonly farewells: FarewellTable;
  readonly tickets: TicketTable;
  readonly connections: ConnectionTable<Call>;
  /** Clients may relay TCP connections (RFC 6062). */
  readonly tcpRelay: boolean;
  /** Clients may move their allocations to new addresses (RFC 8016). */
  readonly mobility: boolean;
  readonly addresses: readonly RelayAddress[];
  /** The highest channel number that clients may bind. */
  readonly lastChannel: number;
  readonly policy: PeerPolicy;
  readonly quota: Quota;
  readonly redirect: Redirect;
  /** One of the addresses that relayed ports are on, as peers see them. */
  isOwnRelayAddress(address: string): boolean;
  /** A relayed address of another process of this server, on the same IP address. */
  isSiblingRelay(endpoint: Endpoint): boolean;
  /** No new allocations: the server is about to stop. */
  readonly draining: boolean;
}

/** One authenticated request. */
export interface Call {
  readonly nowMs: number;
  readonly tuple: FiveTuple;
  /** Only the attributes that its integrity covers. */
  readonly message: StunMessage;
  readonly account: Account;
  readonly seal: AnswerSeal;
  readonly withFingerprint: boolean;
  /** What this five-tuple holds. */
  readonly allocation: Allocation | null;
}

export interface Outcome {
  /** Null: it comes later. */
  readonly answer: Answer | null;
  readonly effects: readonly Effect<TurnServerEvent>[];
}

export function only(answer: Answer): Outcome {
  return { answer, effects: [] };
}
