import dgram from 'node:dgram';
import { type AddressFamily, type Endpoint, sameEndpoint } from '../endpoint.ts';
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
  /**
   * For which datagrams `onSendFailed` comes when the kernel refuses them: to be told costs a tenth of sending.
   * `some`: the first to another destination than the one before, and one of sixteen to the same, because what is
   * refused stays so. Default `all`.
   */
  readonly tells?: 'all' | 'some' | 'none' | undefined;
}

/** Datagrams that the kernel has not taken yet. More than this are not queued but fail, as on a full line. */
const maxUnsent = 4096;
/** Where nobody is told, the queue is looked at once in so many datagrams. */
const sendsPerLook = 512;
/** `some` of those to one destination. */
const sendsPerTold = 16;

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
  readonly #tells: 'all' | 'some' | 'none';
  readonly #onSent: (error: Error | null) => void;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  /** Datagrams with `onSent` whose fate is not known. */
  #unsent = 0;
  /** Datagrams without it, since the last look at the queue. */
  #untold = 0;
  /** Of `some`: the last destination, and datagrams to it since one that was told of. */
  #lastTo: Endpoint | null = null;
  #inARow = 0;
  #onFlushed: (() => void) | null = null;
  #closed: Promise<void> | null = null;

  constructor(options: UdpLinkOptions, events: LinkEvents) {
    const { family, receiveBufferBytes, sharesPort = false, tells = 'all' } = options;
    this.#events = events;
    this.#tells = tells;
    this.#onSent = (error) => this.#noteSent(error);
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
      if (this.#isTold(to)) {
        this.#socket.send(bytes, to.port, to.address, this.#onSent);
        this.#unsent++;
      } else {
        this.#socket.send(bytes, to.port, to.address);
        this.#untold++;
      }
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
    if (this.#unsent >= maxUnsent) return true;
    if (this.#untold < sendsPerLook) return false;
    const full = this.#socket.getSendQueueCount() >= maxUnsent;
    if (!full) this.#untold = 0;
    return full;
  }

  #isTold(to: Endpoint): boolean {
    if (this.#tells !== 'some') return this.#tells === 'all';
    const again = this.#lastTo !== null && sameEndpoint(this.#lastTo, to);
    this.#lastTo = to;
    this.#inARow = again ? (this.#inARow + 1) % sendsPerTold : 0;
    return this.#inARow === 0;
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
