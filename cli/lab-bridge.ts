/** A local UDP port of a lab agent's door, behind which one peer stands for the ICE library. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { withMappedAddress, withTieBreaker } from '../service/rtc/repair-check.ts';
import type { Endpoint } from '../stun/endpoint.ts';

const loopback = '127.0.0.1';
/** The peer's packets that came before the library has asked; a few checks, or somebody who does not wait. */
const keptEarly = 16;

export interface BridgeEnds {
  readonly peer: Endpoint;
  /** The library's ICE password as a key; null: it has not said it yet. */
  readonly key: () => Uint8Array | null;
  /** The library's packets for the peer. */
  readonly onBytes: (bytes: Uint8Array) => void;
}

/**
 * Where the library is, shows with its first packet. Its answers name this port as the peer's address, and are mended;
 * without that Firefox finds no pair, and Chromium a local one.
 */
export class LoopbackBridge {
  readonly #socket: Socket = createSocket('udp4');
  readonly #early: Uint8Array[] = [];
  readonly #key: () => Uint8Array | null;
  #library: number | null = null;
  #isClosed = false;

  constructor({ peer, key, onBytes }: BridgeEnds) {
    this.#key = key;
    this.#socket.on('message', (bytes, { port }) => {
      this.#library = port;
      const secret = key();
      onBytes(secret === null ? bytes : withMappedAddress(bytes, secret, peer));
      for (const kept of this.#early.splice(0)) this.deliver(kept);
    });
    // Its other end closes first at the end of a run.
    this.#socket.on('error', () => {});
  }

  /** Resolves with the port. */
  async open(): Promise<number> {
    this.#socket.bind(0, loopback);
    await once(this.#socket, 'listening');
    return this.#socket.address().port;
  }

  /** A packet of the peer for the library. */
  deliver(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const secret = this.#key();
    if (this.#library !== null) {
      const mended = secret === null ? bytes : withTieBreaker(bytes, secret);
      this.#socket.send(mended, this.#library, loopback);
    } else if (this.#early.length < keptEarly) this.#early.push(bytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}
