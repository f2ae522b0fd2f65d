import { toHex } from '../../stun/bytes.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import type { Allocation } from './allocation.ts';

/** 128 random bits: a ticket is as good as a password, and only the owner’s credentials make it work. */
const ticketBytes = 16;

/** Which ticket stands for which allocation (RFC 8016 s3.1). One each; a new one makes the old one void. */
export class TicketTable {
  readonly #random: RandomBytes;
  readonly #byTicket = new Map<string, Allocation>();

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  get size(): number {
    return this.#byTicket.size;
  }

  issue(allocation: Allocation): Uint8Array {
    this.revoke(allocation);
    const ticket = this.#random(ticketBytes);
    allocation.ticket = ticket;
    this.#byTicket.set(toHex(ticket), allocation);
    return ticket;
  }

  find(ticket: Uint8Array): Allocation | null {
    return this.#byTicket.get(toHex(ticket)) ?? null;
  }

  revoke(allocation: Allocation): void {
    if (allocation.ticket !== null) this.#byTicket.delete(toHex(allocation.ticket));
    allocation.ticket = null;
  }
}
