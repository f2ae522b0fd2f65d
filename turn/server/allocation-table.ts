import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { SocketId } from '../../stun/machine.ts';
import type { Allocation, Moving, Relay, Traffic } from './allocation.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import { datagramKey } from './five-tuple.ts';

/** A relayed transport address and whose it is. */
export interface Holding {
  readonly allocation: Allocation;
  readonly relay: Relay;
}

/** A power of two. */
const slots = 256;

/** All allocations: by five-tuple, by relay socket, by relayed address, and counted by user. */
export class AllocationTable {
  readonly #byKey = new Map<string, Allocation>();
  readonly #bySocket = new Map<SocketId, Holding>();
  /** By address, then port. */
  readonly #byRelayed = new Map<string, Map<number, Holding>>();
  readonly #countByUser = new Map<string, number>();
  /** By the lowest bits of the client’s port, which is what differs most. */
  readonly #recent = new Array<Allocation | null>(slots).fill(null);
  readonly #ended: Traffic = { toPeers: 0, fromPeers: 0, dropped: 0 };
  readonly #expiry = new ExpiryQueue<Holding>((holding) =>
    this.#bySocket.get(holding.relay.socket) === holding ? holding.relay.expiresMs : null,
  );

  /** Of all allocations that are or ever were. */
  get traffic(): Traffic {
    const total = { ...this.#ended };
    for (const { traffic } of this.all()) add(total, traffic);
    return total;
  }

  /** Those being opened included. */
  get size(): number {
    return this.#byKey.size;
  }

  get users(): number {
    return this.#countByUser.size;
  }

  countOf(quotaName: string): number {
    return this.#countByUser.get(quotaName) ?? 0;
  }

  all(): ReadonlySet<Allocation> {
    return new Set(this.#byKey.values());
  }

  of(key: string): Allocation | null {
    return this.#byKey.get(key) ?? null;
  }

  /** Of a datagram’s five-tuple. Who sent lately is found by comparing: to put a key together costs more. */
  ofDatagram(socket: SocketId, client: Endpoint): Allocation | null {
    const slot = client.port & (slots - 1);
    const recent = this.#recent[slot] ?? null;
    // What has ended is no longer open.
    if (
      recent?.isOpen === true &&
      recent.tuple.socket === socket &&
      sameEndpoint(recent.tuple.client, client)
    ) {
      return recent;
    }
    const allocation = this.of(datagramKey(socket, client));
    this.#recent[slot] = allocation;
    return allocation;
  }

  ofSocket(socket: SocketId): Holding | null {
    return this.#bySocket.get(socket) ?? null;
  }

  /** Whose relayed address that is, as peers see it. */
  ofRelayed(endpoint: Endpoint): Holding | null {
    return this.#byRelayed.get(endpoint.address)?.get(endpoint.port) ?? null;
  }

  add(allocation: Allocation): void {
    const { quotaName } = allocation.account;
    this.#byKey.set(allocation.tuple.key, allocation);
    this.#countByUser.set(quotaName, this.countOf(quotaName) + 1);
  }

  /** Its sockets are open now. */
  open(allocation: Allocation, relays: readonly Relay[]): void {
    allocation.relays = relays;
    for (const relay of relays) {
      const holding = { allocation, relay };
      this.#bySocket.set(relay.socket, holding);
      const { address, port } = relay.relayed;
      const ofAddress = this.#byRelayed.get(address) ?? new Map<number, Holding>();
      this.#byRelayed.set(address, ofAddress.set(port, holding));
      this.#expiry.add(holding);
    }
  }

  /** Another five-tuple will take over. Only the last one that was announced can. */
  move(allocation: Allocation, moving: Moving): void {
    this.stay(allocation);
    allocation.moving = moving;
    this.#byKey.set(moving.tuple.key, allocation);
  }

  /** The announced five-tuple has not been used and never will be. */
  stay(allocation: Allocation): void {
    if (allocation.moving !== null) this.#byKey.delete(allocation.moving.tuple.key);
    allocation.moving = null;
  }

  /** The client uses the announced five-tuple: from now on it is the only one. */
  settle(allocation: Allocation): void {
    const { moving } = allocation;
    if (moving === null) return;
    this.#byKey.delete(allocation.tuple.key);
    allocation.tuple = moving.tuple;
    allocation.moving = null;
  }

  removeRelay(allocation: Allocation, relay: Relay): void {
    allocation.relays = allocation.relays.filter((other) => other !== relay);
    this.#bySocket.delete(relay.socket);
    this.#byRelayed.get(relay.relayed.address)?.delete(relay.relayed.port);
  }

  remove(allocation: Allocation): void {
    for (const relay of allocation.relays) this.removeRelay(allocation, relay);
    this.stay(allocation);
    const { quotaName } = allocation.account;
    if (!this.#byKey.delete(allocation.tuple.key)) return;
    add(this.#ended, allocation.traffic);
    const left = this.countOf(quotaName) - 1;
    if (left > 0) this.#countByUser.set(quotaName, left);
    else this.#countByUser.delete(quotaName);
  }

  nextExpiryMs(): number | null {
    return this.#expiry.nextMs();
  }

  takeExpired(nowMs: number): Holding[] {
    return this.#expiry.takeDue(nowMs);
  }
}

function add(total: Traffic, more: Traffic): void {
  total.toPeers += more.toPeers;
  total.fromPeers += more.fromPeers;
  total.dropped += more.dropped;
}
