import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { Flow } from './middlebox.ts';
import type { SeededRandom } from './seeded-random.ts';

/**
 * Conntrack knows a session by its pair of endpoints. A peer that comes in through one mapping while the host talks
 * to it through another would give two sessions the same inner pair; Linux then shows the host another source port of
 * the peer, one that was never on the wire, and answers to it leave by the mapping that the question came in by.
 */
export class PhantomPeers {
  readonly #random: SeededRandom;
  /** Internal endpoint, mapping and peer → the port that the host sees. */
  readonly #names = new Map<string, Endpoint>();
  /** Internal endpoint and what it sees → the peer. */
  readonly #peers = new Map<string, Endpoint>();

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** What the host sees as the source of a packet of `remote`. */
  nameOf(
    internal: Endpoint,
    external: Endpoint,
    remote: Endpoint,
    isFree: (candidate: Endpoint) => boolean,
  ): Endpoint {
    if (isFree(remote)) return remote;
    const key = `${keyOf(internal, remote)}@${formatEndpoint(external)}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    let name = remote;
    while (!isFree(name)) {
      name = { address: remote.address, port: 1024 + Math.floor(this.#random() * 64_512) };
    }
    this.#names.set(key, name);
    this.#peers.set(keyOf(internal, name), remote);
    return name;
  }

  /** Where a packet from inside really goes. */
  real({ from, to }: Flow): Endpoint {
    return this.#peers.size === 0 ? to : (this.#peers.get(keyOf(from, to)) ?? to);
  }
}

function keyOf(internal: Endpoint, remote: Endpoint): string {
  return `${formatEndpoint(internal)}>${formatEndpoint(remote)}`;
}
