import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../stun/endpoint.ts';

export interface TcpDiallerHandlers {
  onOpened(dial: string, local: Endpoint): void;
  /** @param errno e.g. `ECONNREFUSED` */
  onFailed(dial: string, errno: string): void;
}

/** Opens connections to clients that asked for it; how many and how long is the caller's business. */
export class TcpDialler {
  readonly #handlers: TcpDiallerHandlers;
  readonly #sockets = new Map<string, Socket>();

  constructor(handlers: TcpDiallerHandlers) {
    this.#handlers = handlers;
  }

  /** Leaves from `localAddress` and any free port. */
  dial(dial: string, to: Endpoint, localAddress: string | undefined): void {
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = connect({ host: to.address, port: to.port, ...from });
    this.#sockets.set(dial, socket);
    socket.once('connect', () => {
      const { localAddress: address = '', localPort: port = 0 } = socket;
      this.#handlers.onOpened(dial, { address, port });
    });
    socket.once('error', (error) => {
      this.#drop(dial);
      this.#handlers.onFailed(dial, 'code' in error ? String(error.code) : 'EUNKNOWN');
    });
    // Nothing that comes back is read, but reading is what notices the end.
    socket.resume();
  }

  send(dial: string, bytes: Uint8Array): void {
    this.#sockets.get(dial)?.write(bytes);
  }

  /** After what was sent has left; an attempt under way is broken off. No event follows. */
  end(dial: string): void {
    const socket = this.#sockets.get(dial);
    if (socket?.connecting === false) socket.destroySoon();
    else this.#drop(dial);
    this.#sockets.delete(dial);
  }

  close(): void {
    for (const dial of [...this.#sockets.keys()]) this.#drop(dial);
  }

  #drop(dial: string): void {
    const socket = this.#sockets.get(dial);
    this.#sockets.delete(dial);
    socket?.destroy();
  }
}
