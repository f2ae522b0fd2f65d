/** Sends ChannelData on a TCP or TLS connection. What the connection does not take is lost at once: a queue would hide it. */
import { paddingAfter } from '../../../stun/bytes.ts';
import type { Endpoint } from '../../../stun/endpoint.ts';
import type { Link } from '../../../stun/io/link.ts';
import type { PacketWriter } from './flow-host.ts';

/**
 * May wait in this process. The system has taken all it holds by then (Linux: megabytes), so the other side does not
 * read; below it, packets wait for a turn of the event loop or two, as all do over TLS.
 */
export const mostWaitingBytes = 64 * 1024;

export class StreamWriter implements PacketWriter {
  readonly #link: Link;
  readonly #server: Endpoint;
  readonly #onFull: () => void;

  /** @param onFull a packet found no room: the server, or the way to it, does not take them as fast as they are due */
  constructor(link: Link, server: Endpoint, onFull: () => void) {
    this.#link = link;
    this.#server = server;
    this.#onFull = onFull;
  }

  /** What waits is a copy. */
  hasWaiting(): boolean {
    return false;
  }

  send(bytes: Uint8Array): void {
    if ((this.#link.waitingBytes?.() ?? 0) > mostWaitingBytes) this.#onFull();
    else this.#link.send(this.#server, paddedCopy(bytes));
  }
}

/** RFC 8656 s12.5: over streams ChannelData is padded to four bytes, and its length does not count the padding. */
function paddedCopy(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length + paddingAfter(bytes.length));
  copy.set(bytes);
  return copy;
}
