import dgram from 'node:dgram';
import type { AddressFamily, Endpoint } from '../endpoint.ts';
import { flushLimitMs, type Link, type LinkEvents, toEndpoint, toLinkError } from './link.ts';

export interface UdpLinkOptions {
  readonly family: AddressFamily;
  /** Local address; without it the wildcard of the family. */
  readonly bindAddress?: string | undefined;
  /** Local port; without it any free one. */
  readonly port?: number | undefined;
  /** Asked of the kernel for datagrams that wait to be read; it may give less. */
  readonly receiveBufferBytes?: number | undefined;
  /** Other sockets, of other processes too, may share the address and port; the kernel spreads the senders. */
  readonly sharesPort?: boolean | undefined;
  /** `onSendFailed` comes for what the kernel refuses. Without that a datagram costs a third less. Default true. */
  readonly tellsRefusals?: boolean | undefined;
}

/** Datagrams that the kernel has not taken yet. More than this are not queued but fail, as on a full line. */
const maxUnsent = 4096;
/** Where nobody is told, the queue is looked at once in so many datagrams. */
const sendsPerLook = 64;

/** Destinations are literals; without this every datagram would take a turn through dns.lookup. */
const literal = (family: 4 | 6): NonNullable<dgram.SocketOptions['lookup']> => {
  return (address, _options, done) => done(null, address, family);
};
const lookups = { ipv4: literal(4), ipv6: literal(6) } as const;

/**
 * An unconnected UDP socket. Errors that the kernel gives at send time (no route, blocked by a
 * local firewall, too long) become `onSendFailed`; ICMP errors that come later do not reach unconnected sockets.
 */
export function openUdpLink(options: UdpLinkOptions, events: LinkEvents): Link {
  return new UdpLink(options, events);
}

/** A server has thousands of them, so it is made of few objects. */
class UdpLink implements Link {
  readonly #socket: dgram.Socket;
  readonly #events: LinkEvents;
  /** Null: nobody is told. */
  readonly #onSent: ((error: Error | null) => void) | null;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  /** Where somebody is told: those whose fate is not known. Else: how many have been sent since the last look. */
  #unsent = 0;
  #onFlushed: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: UdpLinkOptions, events: LinkEvents) {
    const { family, receiveBufferBytes, sharesPort = false, tellsRefusals = true } = options;
    this.#events = events;
    this.#onSent = tellsRefusals ? (error) => this.#noteSent(error) : null;
    const socket = dgram.createSocket({
      type: family === 'ipv4' ? 'udp4' : 'udp6',
      ipv6Only: family === 'ipv6',
      lookup: lookups[family],
      ...(receiveBufferBytes === undefined ? {} : { recvBufferSize: receiveBufferBytes }),
      ...(sharesPort ? { reusePort: true } : {}),
    });
    this.#socket = socket;
    socket.on('error', (error) => this.#onError(error));
    socket.on('message', (bytes, from) => {
      if (this.#state === 'open') events.onBytes(toEndpoint(from.address, from.port), bytes);
    });
    // Not within this call: binding can fail at once, and events come only after the caller has its link.
    queueMicrotask(() => this.#bind(options));
  }

  send(to: Endpoint, bytes: Uint8Array): void {
    if (this.#state !== 'open') {
      this.#events.onSendFailed(to, { code: 'EBADF', message: 'socket is not open' });
      return;
    }
    if (this.#isFull()) {
      this.#events.onSendFailed(to, { code: 'ENOBUFS', message: 'too many datagrams wait to be sent' });
      return;
    }
    try {
      if (this.#onSent === null) this.#socket.send(bytes, to.port, to.address);
      else this.#socket.send(bytes, to.port, to.address, this.#onSent);
      this.#unsent++;
    } catch (error) {
      // Bad ports and the like are thrown at once; the machine hears of them the same way.
      this.#events.onSendFailed(to, toLinkError(error));
    }
  }

  async close(how: 'flush' | 'now'): Promise<void> {
    if (how === 'flush' && this.#state === 'open' && this.#socket.getSendQueueCount() > 0) {
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, flushLimitMs);
        this.#onFlushed = () => {
          clearTimeout(limit);
          resolve();
        };
      });
    }
    return this.#shut();
  }

  #bind({ bindAddress, port = 0 }: UdpLinkOptions): void {
    if (this.#state !== 'opening') return;
    const where = bindAddress === undefined ? {} : { address: bindAddress };
    this.#socket.bind({ port, exclusive: true, ...where }, () => {
      if (this.#state !== 'opening') return;
      this.#state = 'open';
      const { address, port: bound } = this.#socket.address();
      this.#events.onOpen(toEndpoint(address, bound));
    });
  }

  #isFull(): boolean {
    if (this.#onSent !== null) return this.#unsent >= maxUnsent;
    if (this.#unsent < sendsPerLook) return false;
    const full = this.#socket.getSendQueueCount() >= maxUnsent;
    if (!full) this.#unsent = 0;
    return full;
  }

  #noteSent(error: Error | null): void {
    this.#unsent--;
    if (error !== null && this.#state === 'open') {
      // Node names the destination in its errors.
      const { address = '', port = 0 } = error as Error & Partial<Endpoint>;
      this.#events.onSendFailed({ address, port }, toLinkError(error));
    }
    if (this.#unsent === 0) this.#onFlushed?.();
  }

  #onError(error: Error): void {
    const before = this.#state;
    void this.#shut();
    if (before === 'opening') this.#events.onOpenFailed(toLinkError(error));
    else if (before === 'open') this.#events.onClosed(toLinkError(error));
  }

  #shut(): Promise<void> {
    this.#state = 'closed';
    this.#closed ??= new Promise((resolve) => {
      this.#socket.close(() => resolve());
    });
    return this.#closed;
  }
}
