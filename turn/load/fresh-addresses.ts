/** Peers whom nobody has asked for yet. */
import type { Endpoint } from '../../stun/endpoint.ts';
import { type AddressRange, formatAddress } from '../lint/address.ts';

/** RFC 8656 s9: a permission is for an address; the port says nothing. */
const anyPort = 49_152;

/** The addresses of a range, without its first and last, one after another; then from the beginning. */
export class FreshAddresses {
  readonly #range: AddressRange;
  #next = 0n;

  constructor(range: AddressRange) {
    this.#range = range;
  }

  next(): Endpoint {
    const { bits, first, last } = this.#range;
    const inner = last - first - 1n;
    const value = inner <= 0n ? first : first + 1n + (this.#next % inner);
    this.#next += 1n;
    return { address: formatAddress({ bits, value }), port: anyPort };
  }
}
