import { toHex } from '../../stun/bytes.ts';
import type { Effect, RandomBytes } from '../../stun/machine.ts';
import { ExpiryQueue } from './expiry-queue.ts';
import type { BoundRelay } from './relay-slot.ts';

/** RFC 8656 s7.2: a reserved port is kept for at least 30 s. */
export const reservationMs = 30_000;

interface Reservation {
  readonly relay: BoundRelay;
  readonly username: string;
  readonly expiresMs: number;
}

/** Relay ports kept for a second Allocate request (RFC 8656 s7.2: EVEN-PORT with R, RESERVATION-TOKEN). */
export class ReservationTable {
  readonly #random: RandomBytes;
  readonly #byToken = new Map<string, Reservation>();
  readonly #expiry = new ExpiryQueue<string>((token) => this.#byToken.get(token)?.expiresMs ?? null);

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** The RESERVATION-TOKEN to hand out. */
  keep(nowMs: number, username: string, relay: BoundRelay): Uint8Array {
    const token = this.#random(8);
    const key = toHex(token);
    this.#byToken.set(key, { relay, username, expiresMs: nowMs + reservationMs });
    this.#expiry.add(key);
    return token;
  }

  /** Takes the port out; null: no such token, used already, run out, or another user’s. */
  redeem(token: Uint8Array, username: string): BoundRelay | null {
    const key = toHex(token);
    const reservation = this.#byToken.get(key);
    if (reservation === undefined || reservation.username !== username) return null;
    this.#byToken.delete(key);
    return reservation.relay;
  }

  nextExpiryMs(): number | null {
    return this.#expiry.nextMs();
  }

  /** Closes the sockets that nobody came for. */
  expire(nowMs: number): Effect[] {
    return this.#expiry.takeDue(nowMs).flatMap((key) => this.#drop(key));
  }

  closeAll(): Effect[] {
    return [...this.#byToken.keys()].flatMap((key) => this.#drop(key));
  }

  #drop(key: string): Effect[] {
    const reservation = this.#byToken.get(key);
    if (reservation === undefined) return [];
    this.#byToken.delete(key);
    const { socket, address, local } = reservation.relay;
    address.pool.release(local.port);
    return [{ kind: 'close', socket }];
  }
}
