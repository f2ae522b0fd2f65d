/** A local UDP port of a lab agent's door, behind which one peer stands for the ICE library. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const loopback = '127.0.0.1';
/** The peer's packets that came before the library has asked; a few checks, or somebody who does not wait. */
const keptEarly = 16;

/** Where the library is, shows with its first packet. */
export class LoopbackBridge {
  readonly #socket: Socket = createSocket('udp4');
  readonly #early: Uint8Array[] = [];
  #library: number | null = null;
  #isClosed = false;

  /** @param onBytes the library's packets for the peer */
  constructor(onBytes: (bytes: Uint8Array) => void) {
    this.#socket.on('message', (bytes, { port }) => {
      this.#library = port;
      onBytes(bytes);
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
    if (this.#library !== null) this.#socket.send(bytes, this.#library, loopback);
    else if (this.#early.length < keptEarly) this.#early.push(bytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}
