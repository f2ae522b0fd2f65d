import type { AddressFamily, Endpoint } from '../../stun/endpoint.ts';
import type { Answer } from './answer.ts';
import { ChannelTable } from './channel-table.ts';
import type { FiveTuple } from './five-tuple.ts';
import { PermissionTable } from './permission-table.ts';
import type { BoundRelay } from './relay-slot.ts';
import { type BucketRate, TokenBucket } from './token-bucket.ts';
import type { Account } from './user-directory.ts';

/** One relayed transport address. An allocation has one per address family, two at most (RFC 8656 s7.2). */
export interface Relay extends BoundRelay {
  /** As peers see it: `local`, or what a NAT in front of this host makes of it. */
  readonly relayed: Endpoint;
  expiresMs: number;
}

export type Towards = 'peers' | 'client';

/** Bytes of payload, without headers. */
export interface Traffic {
  toPeers: number;
  fromPeers: number;
  /** Datagrams that were not passed on: no permission, no room, over the limit. */
  dropped: number;
}

/** RFC 8016 s3.2.2: a new five-tuple of an allocation, and the Refresh that announced it. */
export interface Moving {
  readonly tuple: FiveTuple;
  readonly transaction: string;
  readonly answer: Answer;
}

/** What RFC 8656 s3.2 calls an allocation, from the moment its sockets are being opened. */
export class Allocation {
  /** Where its data go. Changes only when a client with a ticket has moved. */
  tuple: FiveTuple;
  readonly account: Account;
  /** Of the Allocate request that made it, to know a retransmission of it (RFC 8656 s7.2). */
  readonly transaction: string;
  readonly madeMs: number;
  /** Empty while the sockets are being opened. */
  relays: readonly Relay[] = [];
  /** What the Allocate request was answered with; null until then. */
  answer: Answer | null = null;
  /** Null: it may not move. */
  ticket: Uint8Array | null = null;
  /** The path that takes over as soon as the client uses it; null: none. */
  moving: Moving | null = null;
  readonly permissions = new PermissionTable();
  readonly channels = new ChannelTable();
  readonly traffic: Traffic = { toPeers: 0, fromPeers: 0, dropped: 0 };
  readonly #buckets: Partial<Record<Towards, TokenBucket>> = {};

  constructor(spec: { tuple: FiveTuple; account: Account; transaction: string; nowMs: number }) {
    this.tuple = spec.tuple;
    this.account = spec.account;
    this.transaction = spec.transaction;
    this.madeMs = spec.nowMs;
  }

  get isOpen(): boolean {
    return this.relays.length > 0;
  }

  relayOf(family: AddressFamily): Relay | null {
    return this.relays.find((relay) => relay.address.family === family) ?? null;
  }

  /** When the last of its relays ends; null: it has none. */
  get expiresMs(): number | null {
    return this.relays.length === 0 ? null : Math.max(...this.relays.map((relay) => relay.expiresMs));
  }

  /** It relays TCP connections (RFC 6062) and no datagrams. */
  get carriesTcp(): boolean {
    return this.relays[0]?.transport === 'tcp';
  }

  /** False: these bytes would exceed the allocation’s bandwidth in that direction. */
  mayCarry(nowMs: number, towards: Towards, bytes: number, limit: BucketRate | null): boolean {
    return limit === null || this.#bucket(nowMs, towards, limit).take(nowMs, limit, bytes);
  }

  /** Of a stream nothing can be dropped: how long its sender has to wait after these bytes, in ms. */
  paceMs(nowMs: number, towards: Towards, bytes: number, limit: BucketRate | null): number {
    return limit === null ? 0 : this.#bucket(nowMs, towards, limit).owe(nowMs, limit, bytes);
  }

  #bucket(nowMs: number, towards: Towards, limit: BucketRate): TokenBucket {
    this.#buckets[towards] ??= new TokenBucket(nowMs, limit);
    return this.#buckets[towards];
  }
}
