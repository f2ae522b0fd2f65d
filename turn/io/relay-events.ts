import type { Endpoint } from '../../stun/endpoint.ts';
import type { Link, LinkEvents } from '../../stun/io/link.ts';
import type { Input, LinkError, SocketId } from '../../stun/machine.ts';

/** Who has the relay sockets. */
export interface RelayHost {
  readonly links: Map<SocketId, Link>;
  feed(input: Input): void;
}

/** What happens to one relay socket, as inputs of the machine. One small object for each of thousands of sockets. */
export class RelayEvents implements LinkEvents {
  readonly #host: RelayHost;
  readonly #socket: SocketId;

  constructor(host: RelayHost, socket: SocketId) {
    this.#host = host;
    this.#socket = socket;
  }

  onOpen(local: Endpoint): void {
    this.#host.feed({ kind: 'opened', socket: this.#socket, local });
  }

  onOpenFailed(error: LinkError): void {
    this.#host.links.delete(this.#socket);
    this.#host.feed({ kind: 'open-failed', socket: this.#socket, error });
  }

  onBytes(from: Endpoint, bytes: Uint8Array): void {
    this.#host.feed({ kind: 'received', socket: this.#socket, from, bytes });
  }

  onSendFailed(to: Endpoint, error: LinkError): void {
    this.#host.feed({ kind: 'send-failed', socket: this.#socket, to, error });
  }

  onClosed(): void {
    this.#host.links.delete(this.#socket);
    this.#host.feed({ kind: 'closed', socket: this.#socket });
  }
}
