/**
 * One UDP port for the viewers of a publication. A socket of its own for each costs: the library’s thread asks all of
 * them on every packet. Not one port for the whole room, because a client may have one socket too (a recorder with ICE
 * over a UDP mux): the library tells links of one port apart by the client’s address.
 */
import type { RtcConfig } from 'node-datachannel';

interface Shared {
  port: number | null;
  links: number;
}

export class SharedPort {
  /** By the address that is bound. */
  readonly #shared = new Map<string | null, Shared>();

  /** Of a new link. Until the first has gathered, the others get ports of their own. */
  take(bindAddress: string | null): Pick<RtcConfig, 'enableIceUdpMux' | 'portRangeBegin' | 'portRangeEnd'> {
    const shared = this.#shared.get(bindAddress) ?? { port: null, links: 0 };
    shared.links += 1;
    this.#shared.set(bindAddress, shared);
    const { port } = shared;
    return { enableIceUdpMux: true, ...(port !== null && { portRangeBegin: port, portRangeEnd: port }) };
  }

  /** @param candidate of a link that has taken its place here */
  learn(bindAddress: string | null, candidate: string): void {
    const shared = this.#shared.get(bindAddress);
    const port = Number(candidate.split(' ')[5]);
    if (shared?.port === null && Number.isInteger(port)) shared.port = port;
  }

  /** With the last link the socket is closed, and the port is no longer ours. */
  release(bindAddress: string | null): void {
    const shared = this.#shared.get(bindAddress);
    if (shared === undefined) return;
    shared.links -= 1;
    if (shared.links === 0) this.#shared.delete(bindAddress);
  }
}
