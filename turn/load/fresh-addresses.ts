/** Peers whom nobody has asked for yet. */
import type { Endpoint } from '../../stun/endpoint.ts';
import { type AddressRange, formatAddress } from '../lint/address.ts';

/** RFC 8656 s9: a permission is for an address; the port says nothing. */
const anyPort = 49_152;

/** The addresses of a range, without its first and last; behind the last of them comes the first. */
export class FreshAddresses {
  readonly #range: AddressRange;

  constructor(range: AddressRange) {
    this.#range = range;
  }

  at(index: number): Endpoint {
    const { bits, first, last } = this.#range;
    const inner = last - first - 1n;
    const value = inner <= 0n ? first : first + 1n + (BigInt(index) % inner);
    return { address: formatAddress({ bits, value }), port: anyPort };
  }
}
